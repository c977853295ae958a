package org.ptilmpq.quantizer.importance;

/**
 * What errors of weights do to a layer's result: the quadratic form {@code eᵀ H e}, H a second moment of what the
 * weights are multiplied with. With {@code H = E[x xᵀ]} over positions and pictures it is the mean squared error of a
 * channel's result at a position; with the covariance it is what remains when the bias takes up the mean.
 */
@FunctionalInterface
public interface InputForm {

  /**
   * The form's value, not negative.
   *
   * @param group of the layer's input channels
   * @param error one a weight of a channel, in the order of {@link org.ptilmpq.quantizer.graph.Kernel#channelsLast}
   */
  double value(int group, float[] error);

  /**
   * Inputs that are taken as uncorrelated: {@code Σ h_k e_k²}.
   *
   * @param diagonal variances, [group][weight]
   */
  static InputForm diagonal(float[][] diagonal) {
    return (group, error) -> {
      double sum = 0;
      for (int k = 0; k < error.length; k++) {
        sum += diagonal[group][k] * (double) error[k] * error[k];
      }
      return sum;
    };
  }

  /**
   * All correlations.
   *
   * @param matrices a symmetric, positive semi-definite matrix a group, [group][weight · weights + weight]
   */
  static InputForm full(float[][] matrices) {
    return (group, error) -> {
      double sum = 0;
      for (int row = 0; row < error.length; row++) {
        double product = 0;
        for (int column = 0; column < error.length; column++) {
          product += (double) matrices[group][row * error.length + column] * error[column];
        }
        sum += error[row] * product;
      }
      return Math.max(0, sum);
    };
  }
}
