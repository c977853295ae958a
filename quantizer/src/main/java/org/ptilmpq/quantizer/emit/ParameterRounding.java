package org.ptilmpq.quantizer.emit;

/**
 * Rounds a layer's parameters other than its codes to as few bits as do no harm, since compressed files store no more
 * than the numbers need: scales to short mantissas, biases to multiples of a power of two.
 */
public final class ParameterRounding {

  private static final int MANTISSA = 23;

  /**
   * With this many mantissa bits a scale's rounding adds about 0.1 % to the error of a step of one standard deviation.
   */
  private static final int MIN_SCALE_BITS = 6;

  private static final int MAX_SCALE_BITS = 12;

  /** Steps of the output that a bias is rounded to: its error is an eighth of that of rounding the output itself. */
  private static final double BIAS_STEPS = 1.0 / 8;

  private ParameterRounding() {}

  /**
   * Mantissa bits for the scales of a layer: finer steps leave less error to hide the rounding of a scale in.
   *
   * @param stepOverDeviation the step between levels in standard deviations of the weights
   */
  public static int scaleBits(double stepOverDeviation) {
    int finer = (int) Math.ceil(-Math.log(stepOverDeviation) / Math.log(2));
    return Math.clamp(MIN_SCALE_BITS + finer, MIN_SCALE_BITS, MAX_SCALE_BITS);
  }

  /** Returns the nearest positive float with at most {@code bits} mantissa bits after the leading one. */
  public static float scale(double value, int bits) {
    int drop = MANTISSA - bits;
    int raw = Float.floatToIntBits((float) value) + (1 << drop - 1);
    return Float.intBitsToFloat(raw >> drop << drop);
  }

  /**
   * The nearest multiple of a power of two that is no more than an eighth of a step.
   *
   * @param step of the output's 8-bit grid, or what counts as one for float scores
   */
  public static float bias(double value, double step) {
    double unit = Math.scalb(1.0, Math.getExponent(step * BIAS_STEPS));
    return (float) (Math.rint(value / unit) * unit);
  }
}
