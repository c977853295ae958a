package org.ptilmpq.quantizer.best;

import java.util.Arrays;

/**
 * The cost of a step for a layer's weights: bits per weight (entropy of the levels) and squared error, both for weights
 * measured in standard deviations of their channel, whose shape the channels of a layer share. Tabulated over steps
 * from 1/64 to 2.5 standard deviations; for finer ones the error is step²/12 and bits fall by one where the step
 * doubles (Gish and Pierce, "Asymptotically efficient quantizing", 1968).
 */
final class RateCurve {

  private static final int PER_OCTAVE = 6;
  private static final double FINEST = 1.0 / 64;
  private static final double COARSEST = 2.5;
  private static final int POINTS = (int) Math.ceil(PER_OCTAVE * log2(COARSEST / FINEST)) + 1;

  /** Weights examined, spread over the layer: bits of such a sample are good to a hundredth. */
  private static final int SAMPLE = 1 << 16;

  private final double[] bits = new double[POINTS];
  private final double[] errors = new double[POINTS];

  /**
   * @param weights [channel][weight]
   * @param inputs weights of one channel
   * @param deviations of each channel's weights, about 0; a channel with 0 is left out
   */
  RateCurve(float[] weights, int inputs, double[] deviations) {
    float[] sample = sample(weights, inputs, deviations);
    for (int i = 0; i < POINTS; i++) {
      tabulate(sample, i);
    }
  }

  private static float[] sample(float[] weights, int inputs, double[] deviations) {
    int every = Math.max(1, weights.length / SAMPLE) | 1;
    float[] sample = new float[weights.length / every + 1];
    int count = 0;
    for (int i = 0; i < weights.length; i += every) {
      double deviation = deviations[i / inputs];
      if (deviation > 0) {
        sample[count++] = (float) (weights[i] / deviation);
      }
    }
    return Arrays.copyOf(sample, count);
  }

  private void tabulate(float[] sample, int point) {
    double step = step(point);
    int largest = 0;
    int[] levels = new int[sample.length];
    double error = 0;
    for (int i = 0; i < sample.length; i++) {
      levels[i] = (int) Math.rint(sample[i] / step);
      largest = Math.max(largest, Math.abs(levels[i]));
      double d = sample[i] - levels[i] * step;
      error += d * d;
    }
    int[] counts = new int[2 * largest + 1];
    for (int level : levels) {
      counts[level + largest]++;
    }
    double sum = 0;
    for (int count : counts) {
      if (count > 0) {
        sum -= count * log2((double) count / sample.length);
      }
    }
    bits[point] = sample.length == 0 ? 0 : sum / sample.length;
    errors[point] = sample.length == 0 ? 0 : error / sample.length;
  }

  /**
   * Returns the step, in standard deviations, that minimises {@code t · step²/12 + bits} where bits fall by one as the
   * step doubles: {@code step² = 6 / (t · ln 2)}. No coarser than {@value #COARSEST}: there the true curves would drop
   * whole layers, whose loss is no longer additive.
   */
  double step(double t) {
    return Math.min(COARSEST, Math.sqrt(6 / (t * Math.log(2))));
  }

  /** Returns the bits per weight at a step in standard deviations. */
  double bits(double step) {
    double at = PER_OCTAVE * log2(step / FINEST);
    return at < 0 ? bits[0] - at / PER_OCTAVE : interpolate(bits, at);
  }

  /** Returns the squared error of a weight at a step, in the square of the standard deviation. */
  double error(double step) {
    double at = PER_OCTAVE * log2(step / FINEST);
    return at < 0 ? step * step / 12 : interpolate(errors, at);
  }

  private static double interpolate(double[] table, double at) {
    int i = (int) Math.min(at, POINTS - 1);
    double share = Math.min(at, POINTS - 1) - i;
    return i + 1 < POINTS ? table[i] + share * (table[i + 1] - table[i]) : table[i];
  }

  private static double step(int point) {
    return FINEST * Math.pow(2, (double) point / PER_OCTAVE);
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }
}
