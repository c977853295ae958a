package org.ptilmpq.quantizer.calibration;

/**
 * Counts how often a tensor takes which values, over any number of pictures whose range isn't known beforehand. Bins
 * lie evenly between −limit and limit; a value beyond the limit doubles it, and neighbouring bins merge. As limits are
 * powers of two, the result does not depend on the order of the values. Exact zeros are counted apart: no grid errs on
 * them.
 */
public final class ValueHistogram {

  /** Bins on either side of zero: at least 8 per step of the 8-bit grid that results. */
  private static final int HALF = 4096;

  private static final int BINS = 2 * HALF;

  /** No 8-bit grid that a file can hold reaches beyond this. */
  private static final float LARGEST = 0x1p36f;

  private final long[] counts = new long[BINS];
  private float limit = 0x1p-20f;
  private float binsPerUnit = HALF / limit;
  private long zeros;
  private float least = Float.POSITIVE_INFINITY;
  private float greatest = Float.NEGATIVE_INFINITY;

  /**
   * Counts the values of an activation, height × width × channels.
   *
   * @param weights how many times the values of each channel count, one per channel, positive
   * @throws ArithmeticException when a value is not a number, or beyond ±2³⁶
   */
  public void add(float[] values, int[] weights) {
    int next = 0;
    for (float value : values) {
      int weight = weights[next];
      next = next + 1 == weights.length ? 0 : next + 1;
      if (value == 0) {
        zeros++;
        continue;
      }
      if (!(Math.abs(value) < limit)) {
        widen(value);
      }
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
      // In double: next to the limit the sum would round up to a bin too many in float.
      counts[(int) ((double) value * binsPerUnit + HALF)] += weight;
    }
    if (zeros > 0) {
      least = Math.min(least, 0);
      greatest = Math.max(greatest, 0);
    }
  }

  /** Adds the counts of another histogram. */
  public void add(ValueHistogram other) {
    while (limit < other.limit) {
      doubleLimit();
    }
    int merged = Math.round(limit / other.limit);
    for (int bin = 0; bin < BINS; bin++) {
      counts[HALF + Math.floorDiv(bin - HALF, merged)] += other.counts[bin];
    }
    zeros += other.zeros;
    least = Math.min(least, other.least);
    greatest = Math.max(greatest, other.greatest);
  }

  /** The least value, or positive infinity when there is none. */
  public float least() {
    return least;
  }

  /** The greatest value, or negative infinity when there is none. */
  public float greatest() {
    return greatest;
  }

  /** Number of bins. */
  int bins() {
    return BINS;
  }

  /** How often values of a bin count, exact zeros left out. */
  long count(int bin) {
    return counts[bin];
  }

  /** The value in the middle of a bin. */
  double middle(int bin) {
    return (bin - HALF + 0.5) / binsPerUnit;
  }

  private void widen(float value) {
    if (!(Math.abs(value) <= LARGEST)) {
      throw new ArithmeticException("the float network computes " + value);
    }
    while (!(Math.abs(value) < limit)) {
      doubleLimit();
    }
  }

  private void doubleLimit() {
    limit *= 2;
    binsPerUnit = HALF / limit;
    for (int half = 0; half < HALF / 2; half++) {
      counts[HALF + half] = counts[HALF + 2 * half] + counts[HALF + 2 * half + 1];
      counts[HALF - 1 - half] = counts[HALF - 1 - 2 * half] + counts[HALF - 2 - 2 * half];
    }
    for (int i = HALF / 2; i < HALF; i++) {
      counts[HALF + i] = 0;
      counts[HALF - 1 - i] = 0;
    }
  }
}
