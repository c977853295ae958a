package org.ptilmpq.quantizer.faithful;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The bits of each channel: two widths, by the importance of layers first and then of channels (Phase 1). The abstract
 * of PTILMPQ says no more than that; the rule that stands in for its own is:
 *
 * <ol>
 *   <li>of L layers the round(alpha · L) most important ones are important (those at or above the (1 − alpha)
 *       quantile); where several at the quantile are equal, those that come first are taken;
 *   <li>in an important layer of C channels, the round(alpha · C) most important ones get {@code high} bits, all
 *       others {@code low}; they are compared within the layer alone;
 *   <li>in a layer that isn't important all channels get {@code low}.
 * </ol>
 *
 * <p>The average goes from {@code low} at alpha = 0 to {@code high} at alpha = 1, about as
 * low + (high − low) · alpha². A larger alpha only adds to those that are important, so that no channel ever loses bits
 * when alpha grows: accuracy is bought with size along one path.
 *
 * @param bits of each output channel, in the paper's count, one layer after the other
 */
record FaithfulPlan(List<int[]> bits) {

  public FaithfulPlan {
    bits = List.copyOf(bits);
  }

  /**
   * Gives every channel its width.
   *
   * @param layers importance of each layer, any unit
   * @param channels importance of each output channel of each layer, any unit within a layer
   * @param alpha share of the layers, and of the channels in an important layer, that is important, 0…1
   * @param high bits of important channels, low…8
   * @param low bits of the others, at least 1
   * @throws IllegalArgumentException when the numbers don't go together, or an importance is not a number
   */
  static FaithfulPlan of(double[] layers, List<double[]> channels, double alpha, int high, int low) {
    if (layers.length != channels.size()) {
      throw new IllegalArgumentException(layers.length + " layers, but channels of " + channels.size());
    }
    if (low < 1 || high < low || high > 8) {
      throw new IllegalArgumentException(
          "widths of " + high + " and " + low + "; from 1 to 8 are possible, the higher first");
    }
    boolean[] importantLayers = important(layers, alpha);
    List<int[]> bits = new ArrayList<>();
    for (int layer = 0; layer < layers.length; layer++) {
      boolean[] important =
          important(channels.get(layer), importantLayers[layer] ? alpha : 0);
      bits.add(IntStream.range(0, important.length).map(c -> important[c] ? high : low).toArray());
    }
    return new FaithfulPlan(bits);
  }

  /**
   * Decides which are important.
   *
   * @param importances finite numbers; none at all is fine
   * @param alpha 0 (none) … 1 (all)
   * @return for each of them whether it is important
   */
  static boolean[] important(double[] importances, double alpha) {
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
  static int[] descending(double[] importances) {
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
