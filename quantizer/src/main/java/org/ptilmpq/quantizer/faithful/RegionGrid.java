package org.ptilmpq.quantizer.faithful;

import org.ptilmpq.format.Grid;

/**
 * The integer levels of a channel in two regions. With b bits in the paper's count a weight is a sign and b − 1 bits of
 * magnitude in either region; stored with the region's flag a code takes b + 1 bits: 2^(b−1) − 1 dense steps up to the
 * knee, then 2^(b−1) steps that are {@code ratio} times as wide (one more than in PWLQ, as there is a code for it).
 *
 * <p>At b = 1 the dense region is zero alone, and at b = 8, where no code has room for a flag, it is everything: both
 * are uniform, and their ratio is 1. The most negative code is left out, so that every grid is symmetric.
 *
 * @param bits b, 1…8
 * @param ratio tail step over dense step, 1…255
 */
record RegionGrid(int bits, int ratio) {

  private static final int WIDEST_CODE = 8;

  RegionGrid {
    if (bits < 1 || bits > WIDEST_CODE || ratio < 1 || ratio > Grid.MAX_PARAMETER) {
      throw new IllegalArgumentException(bits + " bits and a ratio of " + ratio + "; 1 to 8 and 1 to 255 are possible");
    }
    if (ratio != 1 && !hasRegions(bits)) {
      throw new IllegalArgumentException("a ratio of " + ratio + ", but " + bits + " bits have one region");
    }
  }

  /** Whether a width has two regions. */
  static boolean hasRegions(int bits) {
    return bits > 1 && bits < WIDEST_CODE;
  }

  /** Bits that a code takes in the file. */
  int width() {
    return Math.min(bits + 1, WIDEST_CODE);
  }

  /** Returns the boundary in dense steps. */
  int knee() {
    return (1 << bits - 1) - 1;
  }

  /** The greatest code; the least one is its negative. */
  int greatestCode() {
    return (1 << width() - 1) - 1;
  }

  /** The level of a code that isn't negative. */
  int level(int code) {
    return code <= knee() ? code : knee() + (code - knee()) * ratio;
  }

  /** The level of the greatest code. */
  int greatestLevel() {
    return level(greatestCode());
  }

  /** The code whose level is nearest to a number of dense steps. */
  int code(double steps) {
    double magnitude = Math.abs(steps);
    double beyond = magnitude - knee();
    double code = beyond <= 0 ? magnitude : knee() + beyond / ratio;
    int nearest = (int) Math.min(greatestCode(), Math.rint(code));
    return steps < 0 ? -nearest : nearest;
  }

  /** Returns the grid as the file holds it. */
  Grid grid() {
    return hasRegions(bits) ? new Grid.TwoRegion(knee(), ratio) : new Grid.Uniform();
  }
}
