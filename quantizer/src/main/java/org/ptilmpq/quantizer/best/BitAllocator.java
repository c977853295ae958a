package org.ptilmpq.quantizer.best;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import org.ptilmpq.quantizer.options.QuantizationException;

/**
 * Chooses a width for every slice so that the costs add up to the least under a budget of bytes.
 *
 * <p>A slice's useful widths are the corners of the lower convex hull of its (bytes, cost) points. Taking the steps
 * between corners in the order of gain per byte gives, at every budget that it meets exactly, the optimum over all
 * choices (Shoham &amp; Gersho, "Efficient bit allocation for an arbitrary set of quantizers", 1988; the gain at which
 * it stops is the Lagrange multiplier). What remains of the budget after the first step that doesn't fit goes to
 * smaller ones.
 */
final class BitAllocator {

  private static final int BISECTIONS = 24;

  private final List<Slice> slices;
  private final List<Step> steps = new ArrayList<>();
  private final long leastBytes;

  /** The way from one corner of a slice's hull to the next. */
  private record Step(int slice, int from, int to, long bytes, double gain) {

    double gainPerByte() {
      return gain / bytes;
    }
  }

  BitAllocator(List<Slice> slices) {
    this.slices = List.copyOf(slices);
    long least = 0;
    for (int i = 0; i < slices.size(); i++) {
      Slice slice = slices.get(i);
      least += slice.bytesPerBit() * slice.least();
      addSteps(i, slice);
    }
    leastBytes = least;
    // A stable sort: between equals the order of slices decides, so that the result is the same each time.
    steps.sort(Comparator.comparingDouble(Step::gainPerByte).reversed());
  }

  private void addSteps(int index, Slice slice) {
    int from = slice.least();
    while (true) {
      int best = -1;
      double bestGain = 0;
      for (int to = from + 1; to < slice.costs().length; to++) {
        double gain = (slice.costs()[from] - slice.costs()[to]) / (to - from);
        if (gain > bestGain) {
          best = to;
          bestGain = gain;
        }
      }
      if (best < 0) {
        return;
      }
      long bytes = slice.bytesPerBit() * (best - from);
      steps.add(new Step(index, from, best, bytes, slice.costs()[from] - slice.costs()[best]));
      from = best;
    }
  }

  /**
   * Returns the best widths, one per slice, whose file is no longer than the target. An allocation counts bytes of
   * codes alone; what channel orders, groups and alignment add depends on the choice itself, so the budget of codes is
   * found by bisection on the length of the whole file.
   *
   * @param target bytes of the whole file
   * @param length in bytes of the file in which each slice has its width
   * @throws QuantizationException when even 1 bit per weight doesn't fit; the message says what would
   */
  static int[] fit(List<Slice> slices, long target, ToLongFunction<int[]> length) throws QuantizationException {
    int[] oneBit = slices.stream().mapToInt(slice -> Math.max(slice.least(), slice.most() == 0 ? 0 : 1)).toArray();
    long smallest = length.applyAsLong(oneBit);
    if (smallest > target) {
      throw new QuantizationException(
          "a file of " + target + " bytes is too small for this model: with 1 bit a weight it has " + smallest
              + " bytes; ask for at least that");
    }
    BitAllocator allocator = new BitAllocator(slices);
    int[] best = allocator.allocate(target);
    if (length.applyAsLong(best) <= target) {
      return best;
    }
    best = oneBit;
    long fits = allocator.leastBytes;
    long tooMuch = target;
    for (int i = 0; i < BISECTIONS && tooMuch - fits > 1; i++) {
      long budget = fits + (tooMuch - fits) / 2;
      int[] widths = allocator.allocate(budget);
      if (length.applyAsLong(widths) <= target) {
        fits = budget;
        best = widths;
      } else {
        tooMuch = budget;
      }
    }
    return best;
  }

  /**
   * Returns the widths, one per slice, whose codes take at most this many bytes.
   *
   * @throws IllegalArgumentException when the budget is below that of the least widths
   */
  int[] allocate(long budget) {
    if (budget < leastBytes) {
      throw new IllegalArgumentException("a budget of " + budget + " bytes is below the least, " + leastBytes);
    }
    int[] widths = slices.stream().mapToInt(Slice::least).toArray();
    long left = budget - leastBytes;
    for (Step step : steps) {
      // A slice whose earlier step didn't fit keeps its width: its later steps start elsewhere.
      if (widths[step.slice] == step.from && step.bytes <= left) {
        widths[step.slice] = step.to;
        left -= step.bytes;
      }
    }
    return widths;
  }

  /**
   * Output channels of one layer that get one width together: as many as fill vector lanes and bytes, so that nothing
   * is wasted where widths change.
   *
   * @param layer index of the layer
   * @param channels output channels, those with the most need first
   * @param bytesPerBit of the codes, for each bit of width
   * @param least width, 0…8, that the slice may have
   * @param costs what each width from 0 to the greatest allowed one costs the network, in one unit for all slices
   */
  record Slice(int layer, int[] channels, long bytesPerBit, int least, double[] costs) {

    /** The greatest width that the slice may have. */
    public int most() {
      return costs.length - 1;
    }
  }
}
