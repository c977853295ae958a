package org.ptilmpq.quantizer.secondorder;

/** The steps of a layer's rows. */
final class Steps {

  private Steps() {}

  /**
   * Checks steps.
   *
   * @throws IllegalArgumentException when there is not one per row, or one is not positive and finite
   */
  static void check(float[] steps, int rows) {
    if (steps.length != rows) {
      throw new IllegalArgumentException(steps.length + " steps for " + rows + " rows: there must be one a row");
    }
    for (int row = 0; row < rows; row++) {
      if (!(steps[row] > 0) || steps[row] == Float.POSITIVE_INFINITY) {
        throw new IllegalArgumentException("the step of row " + row + " must be positive, not " + steps[row]);
      }
    }
  }
}
