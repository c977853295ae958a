package org.ptilmpq.kernels;

import org.ptilmpq.kernels.KernelSpec.Convolution;
import org.ptilmpq.kernels.KernelSpec.Window;

/**
 * Convolution from its definition: 64-bit sums over plain codes, then the documented requantization, value by value.
 */
final class NaiveConvolution {

  private NaiveConvolution() {}

  /** Σ level · x of each pixel and packed channel, the channels innermost; outside the input x is the zero point. */
  static long[] sums(
      TensorView input, TensorView output, Window window, int groups, RandomWeights weights, byte[] arena) {
    int channels = output.channels();
    int seen = input.channels() / groups;
    WeightGroup[] grid = weights.groupOfChannel();
    long[] sums = new long[output.pixels() * channels];
    for (int y = 0; y < output.height(); y++) {
      for (int x = 0; x < output.width(); x++) {
        for (int c = 0; c < channels; c++) {
          int firstSeen = weights.order()[c] / (channels / groups) * seen;
          long sum = 0;
          for (int k = 0; k < weights.codes()[c].length; k++) {
            int row = y * window.strideY() - window.padTop() + k / seen / window.kernelWidth() * window.dilationY();
            int column = x * window.strideX() - window.padLeft() + k / seen % window.kernelWidth() * window.dilationX();
            long value = at(input, arena, row, column, firstSeen + k % seen);
            sum += weights.level(grid[c], c, k) * value;
          }
          sums[(y * output.width() + x) * channels + c] = sum;
        }
      }
    }
    return sums;
  }

  /** Σ level of each packed channel. */
  static long[] levelSums(RandomWeights weights) {
    WeightGroup[] grid = weights.groupOfChannel();
    long[] sums = new long[grid.length];
    for (int c = 0; c < grid.length; c++) {
      for (int k = 0; k < weights.codes()[c].length; k++) {
        sums[c] += weights.level(grid[c], c, k);
      }
    }
    return sums;
  }

  /** Writes the result into an arena or to the scores; the arena still holds what the residual was. */
  static void write(Convolution spec, RandomWeights weights, long[] sums, byte[] arena, float[] scores, Object what) {
    long[] levelSums = levelSums(weights);
    int channels = spec.output().channels();
    for (int i = 0; i < sums.length; i++) {
      int c = i % channels;
      int at = i - c + weights.order()[c];
      int residual = spec.residual() == null ? 0 : arena[spec.residual().offset() + at];
      float value = value(spec, c, sums[i], levelSums[c], residual);
      if (spec.floatScores()) {
        scores[at] = value;
      } else {
        byte result = NaiveMath.toByte(value, spec.low(), spec.high());
        assertNearReal(spec, c, sums[i], levelSums[c], residual, result, what);
        arena[spec.output().offset() + at] = result;
      }
    }
  }

  /** {@code sum · multiplier + offset + residual byte · residual multiplier}, in 32-bit floats one after the other. */
  private static float value(Convolution spec, int c, long sum, long levelSum, int residual) {
    double unit = spec.floatScores() ? 1 : spec.output().scale();
    double factor = (double) spec.scales()[c] * spec.input().scale() / unit;
    double offset = spec.biases()[c] / unit - factor * spec.input().zeroPoint() * levelSum;
    float product = (float) Math.toIntExact(sum) * (float) factor;
    if (spec.residual() == null) {
      return product + (float) (offset + (spec.floatScores() ? 0 : spec.output().zeroPoint()));
    }
    double ratio = spec.residual().scale() / unit;
    offset -= ratio * spec.residual().zeroPoint();
    float shifted = product + (float) (offset + (spec.floatScores() ? 0 : spec.output().zeroPoint()));
    return shifted + (float) residual * (float) ratio;
  }

  /** Σ (scale · level) · (inputScale · (x − zero)) + bias + residual, as a byte of the output without rounding. */
  private static void assertNearReal(
      Convolution spec, int c, long sum, long levelSum, int residual, byte result, Object what) {
    double step = (double) spec.scales()[c] * spec.input().scale();
    double product = step * (sum - spec.input().zeroPoint() * levelSum);
    double added =
        spec.residual() == null ? 0 : (double) spec.residual().scale() * (residual - spec.residual().zeroPoint());
    double unit = spec.output().scale();
    double magnitude =
        step / unit * (Math.abs(sum) + 128 * Math.abs(levelSum))
            + Math.abs(spec.biases()[c] / unit)
            + (spec.residual() == null ? 0 : spec.residual().scale() / unit * 256)
            + 256;
    double ideal = (product + spec.biases()[c] + added) / unit + spec.output().zeroPoint();
    NaiveMath.assertNear(result, ideal, magnitude, spec.low(), spec.high(), what);
  }

  private static long at(TensorView input, byte[] arena, int row, int column, int channel) {
    boolean inside = row >= 0 && row < input.height() && column >= 0 && column < input.width();
    return inside
        ? arena[input.offset() + (row * input.width() + column) * input.channels() + channel]
        : input.zeroPoint();
  }
}
