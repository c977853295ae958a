package org.ptilmpq.quantizer.faithful;

/**
 * PWLQ's correction of one channel, ŵ ← (ŵ + mean w − mean ŵ) · std w / std ŵ (Fang et al. 2020, after Banner et al.
 * 2019), without any change of a code: the factor goes into the scale, and what is added to every weight adds the same
 * to the output for every unit of input, whose mean goes into the bias.
 *
 * @param gain what the scale is multiplied with, positive
 * @param offset what would be added to every weight, the gain included
 */
public record BiasCorrection(double gain, double offset) {

  /**
   * Returns the correction of a channel.
   *
   * @param weights of all channels
   * @param from index of the channel's first weight
   * @param quantized the channel's weights as they come out of rounding, in the same order
   */
  public static BiasCorrection of(float[] weights, int from, float[] quantized) {
    int count = quantized.length;
    double mean = 0;
    double quantizedMean = 0;
    for (int k = 0; k < count; k++) {
      mean += weights[from + k] / (double) count;
      quantizedMean += quantized[k] / (double) count;
    }
    double variance = 0;
    double quantizedVariance = 0;
    for (int k = 0; k < count; k++) {
      variance += (weights[from + k] - mean) * (weights[from + k] - mean);
      quantizedVariance += (quantized[k] - quantizedMean) * (quantized[k] - quantizedMean);
    }
    // Constant weights have no spread to restore, and rounding that left none can't be stretched.
    double gain = variance > 0 && quantizedVariance > 0 ? Math.sqrt(variance / quantizedVariance) : 1;
    return new BiasCorrection(gain, (mean - quantizedMean) * gain);
  }

  /**
   * Returns what is added to the channel's bias.
   *
   * @param inputMeans of the input that each of the channel's weights is multiplied with, in their order
   */
  public double biasShift(float[] inputMeans) {
    double sum = 0;
    for (float mean : inputMeans) {
      sum += mean;
    }
    return offset * sum;
  }
}
