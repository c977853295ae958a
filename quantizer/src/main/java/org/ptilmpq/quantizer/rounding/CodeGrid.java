package org.ptilmpq.quantizer.rounding;

import org.ptilmpq.format.Grid;

/**
 * The integer levels that codes of one width reach, as rounding needs them: the code nearest to a weight of x scales is
 * {@code v = clamp(round(x / spacing − offset / spacing))}, its level {@code spacing · v + offset}.
 *
 * @param grid as the file holds it
 * @param width bits of a code, 1…8
 * @param spacing between neighbouring levels
 * @param offset level of code 0
 */
record CodeGrid(Grid grid, int width, float spacing, float offset) {

  /** Returns evenly spaced levels with a zero; for one bit only −1 and 0. */
  static CodeGrid uniform(int width) {
    return new CodeGrid(new Grid.Uniform(), width, 1, 0);
  }

  /** Returns the odd levels, as many below zero as above. */
  static CodeGrid halfStep(int width) {
    return new CodeGrid(new Grid.HalfStep(), width, 2, 1);
  }

  int leastCode() {
    return -(1 << width - 1);
  }

  int greatestCode() {
    return (1 << width - 1) - 1;
  }

  /** Returns the greatest level, never below 1, so that a scale can be made of it. */
  int greatestLevel() {
    return Math.max(1, grid.level(greatestCode()));
  }
}
