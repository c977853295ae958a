package org.ptilmpq.kernels.arithmetic;

import org.ptilmpq.kernels.KernelSpec;

/**
 * Requantization of 32-bit sums to the bytes of the next tensor:
 * {@code q = round(clamp(sum · multiplier + offset [+ r · residual]))}, where the multiplication and each addition
 * round to a 32-bit float by themselves, in this order, and round is half to even. Lane-wise float arithmetic is the
 * same on every machine, so the result doesn't depend on the vector width.
 *
 * <p>Derivation, with real = scale · (q − zeroPoint) for each tensor and w = weightScale · level (Jacob et al. 2018,
 * arXiv 1712.05877, eq. 3–4, with a float multiplier): the zero point of the input contributes inputScale · weightScale
 * · zeroPoint · Σ level, a constant of the channel, which the offset takes in together with the bias.
 *
 * @param multiplier one per packed channel
 * @param offset one per packed channel
 * @param residual multiplier of the residual's byte; 0 without one
 * @param low least result, for bytes
 * @param high greatest result, for bytes
 */
public record Requantization(float[] multiplier, float[] offset, float residual, float low, float high) {

  /**
   * Adding this to a float of magnitude below 2²² rounds it to a whole number, half to even, in the low mantissa bits.
   */
  public static final float ROUND_MAGIC = 0x1.8p23f;

  /**
   * Returns the requantization of a convolution whose channel c sums Σ level · x.
   *
   * @param levelSums Σ level of each packed channel
   * @throws ArithmeticException when a factor leaves the range of a float
   */
  public static Requantization of(KernelSpec.Convolution spec, int[] levelSums) {
    int channels = levelSums.length;
    float[] multiplier = new float[channels];
    float[] offset = new float[channels];
    double unit = spec.floatScores() ? 1 : spec.output().scale();
    double zero = spec.floatScores() ? 0 : spec.output().zeroPoint();
    double residual = spec.residual() == null ? 0 : spec.residual().scale() / unit;
    double residualZero = spec.residual() == null ? 0 : residual * spec.residual().zeroPoint();
    for (int c = 0; c < channels; c++) {
      double factor = (double) spec.scales()[c] * spec.input().scale() / unit;
      multiplier[c] = finite(factor);
      offset[c] =
          finite(spec.biases()[c] / unit - factor * spec.input().zeroPoint() * levelSums[c] - residualZero + zero);
    }
    return new Requantization(multiplier, offset, finite(residual), spec.low(), spec.high());
  }

  /** The byte for one sum of packed channel c. */
  public byte toByte(int sum, int c, int residualByte) {
    return (byte) round(real(sum, c, residualByte), low, high);
  }

  /** The value for one sum of packed channel c before clamping and rounding: the score itself for float scores. */
  public float real(int sum, int c, int residualByte) {
    float value = (float) sum * multiplier[c] + offset[c];
    return residual == 0 ? value : value + (float) residualByte * residual;
  }

  /**
   * The bits of a clamp's bound for values to which {@link #ROUND_MAGIC} is already added. Rounding never changes the
   * order and leaves the bounds, which are whole numbers, where they are, so that the clamp may come after it; and
   * floats seen as integers have the same order, as far as the bounds can tell: positive ones among themselves, with
   * all negative ones below. Integers have a machine instruction for it where floats take several, for the sake of NaN
   * and −0.
   */
  public static int boundBits(float bound) {
    return Float.floatToRawIntBits(ROUND_MAGIC + bound);
  }

  /** Clamps, then rounds half to even. */
  static int round(float value, float low, float high) {
    return (int) Math.rint(Math.min(high, Math.max(low, value)));
  }

  private static float finite(double value) {
    float rounded = (float) value;
    if (!Float.isFinite(rounded)) {
      throw new ArithmeticException("requantization factor " + value + " leaves the range of a float");
    }
    return rounded;
  }
}
