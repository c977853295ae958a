package org.ptilmpq.quantizer.faithful;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Decides which layers, or which channels of a layer, are important: those at or above the (1 − alpha) quantile of
 * their importance. So alpha is the share that gets the higher width, and trades size for accuracy (PTILMPQ, arXiv
 * 2404.02947, abstract; that the share is cut at a quantile stands in for the text, which was not available).
 *
 * <p>Of n exactly round(alpha · n) are important: where several at the quantile are equal, those that come first are
 * taken. What is important at one alpha stays so at every larger one.
 */
public final class ImportanceRanking {

  private ImportanceRanking() {}

  /**
   * Decides which are important.
   *
   * @param importances finite numbers; none at all is fine
   * @param alpha 0 (none) … 1 (all)
   * @return for each of them whether it is important
   */
  public static boolean[] important(double[] importances, double alpha) {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha is " + alpha + ", not within 0…1");
    }
    int[] order = descending(importances);
    boolean[] important = new boolean[order.length];
    for (int i = 0; i < Math.round(alpha * order.length); i++) {
      important[order[i]] = true;
    }
    return important;
  }

  /** Returns the positions from the most important to the least; equal ones in their own order. */
  public static int[] descending(double[] importances) {
    for (int i = 0; i < importances.length; i++) {
      if (!Double.isFinite(importances[i])) {
        throw new IllegalArgumentException("importance " + i + " is " + importances[i]);
      }
    }
    return IntStream.range(0, importances.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> 0 - importances[i])) // And not −x, which tells 0 from −0.
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
