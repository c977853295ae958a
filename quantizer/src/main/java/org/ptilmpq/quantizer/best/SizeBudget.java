package org.ptilmpq.quantizer.best;

import java.util.List;
import org.ptilmpq.quantizer.options.QuantizationException;

/**
 * Meets a file size from below. The allocator counts bytes of codes alone; what channel orders, groups and alignment
 * add depends on the choice itself, so the budget of codes is found by bisection on the length of the whole file.
 */
public final class SizeBudget {

  private static final int BISECTIONS = 24;

  private SizeBudget() {}

  /** Length in bytes of the file in which each slice has its width. */
  @FunctionalInterface
  public interface FileLength {
    long of(int[] widths);
  }

  /**
   * Returns the best widths, one per slice, whose file is no longer than the target.
   *
   * @param target bytes of the whole file
   * @throws QuantizationException when even 1 bit per weight doesn't fit; the message says what would
   */
  public static int[] fit(List<Slice> slices, long target, FileLength length) throws QuantizationException {
    int[] oneBit = slices.stream().mapToInt(slice -> Math.max(slice.least(), slice.most() == 0 ? 0 : 1)).toArray();
    long smallest = length.of(oneBit);
    if (smallest > target) {
      throw new QuantizationException(
          "a file of " + target + " bytes is too small for this model: with 1 bit a weight it has " + smallest
              + " bytes; ask for at least that");
    }
    BitAllocator allocator = new BitAllocator(slices);
    int[] best = allocator.allocate(target);
    if (length.of(best) <= target) {
      return best;
    }
    best = oneBit;
    long fits = allocator.leastBytes();
    long tooMuch = target;
    for (int i = 0; i < BISECTIONS && tooMuch - fits > 1; i++) {
      long budget = fits + (tooMuch - fits) / 2;
      int[] widths = allocator.allocate(budget);
      if (length.of(widths) <= target) {
        fits = budget;
        best = widths;
      } else {
        tooMuch = budget;
      }
    }
    return best;
  }
}
