package org.ptilmpq.quantizer.best;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses a width for every slice so that the costs add up to the least under a budget of bytes.
 *
 * <p>A slice's useful widths are the corners of the lower convex hull of its (bytes, cost) points. Taking the steps
 * between corners in the order of gain per byte gives, at every budget that it meets exactly, the optimum over all
 * choices (Shoham &amp; Gersho, "Efficient bit allocation for an arbitrary set of quantizers", 1988; the gain at which
 * it stops is the Lagrange multiplier). What remains of the budget after the first step that doesn't fit goes to
 * smaller ones.
 */
public final class BitAllocator {

  private final List<Slice> slices;
  private final List<Step> steps = new ArrayList<>();
  private final long leastBytes;

  /** The way from one corner of a slice's hull to the next. */
  private record Step(int slice, int from, int to, long bytes, double gain) {

    double gainPerByte() {
      return gain / bytes;
    }
  }

  public BitAllocator(List<Slice> slices) {
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

  /** Bytes of codes when every slice has its least width. */
  public long leastBytes() {
    return leastBytes;
  }

  /** Bytes of codes of the given widths. */
  public long bytes(int[] widths) {
    long bytes = 0;
    for (int i = 0; i < widths.length; i++) {
      bytes += slices.get(i).bytesPerBit() * widths[i];
    }
    return bytes;
  }

  /** Cost of the given widths. */
  public double cost(int[] widths) {
    double cost = 0;
    for (int i = 0; i < widths.length; i++) {
      cost += slices.get(i).costs()[widths[i]];
    }
    return cost;
  }

  /**
   * Returns the widths, one per slice, whose codes take at most this many bytes.
   *
   * @throws IllegalArgumentException when the budget is below {@link #leastBytes}
   */
  public int[] allocate(long budget) {
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
}
