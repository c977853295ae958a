package org.ptilmpq.quantizer.calibration;

import org.ptilmpq.format.Tensor;

/**
 * The 8-bit grid of one activation: a byte q stands for {@code scale · (q − zeroPoint)}, so that the real 0 is always
 * met exactly.
 *
 * @param scale real value of one step, positive
 * @param zeroPoint the byte that stands for 0, −128…127
 */
public record ActivationGrid(float scale, int zeroPoint) {

  private static final int STEPS = 255;

  /** The least scale that a file can hold. */
  private static final double MIN_SCALE = 0x1p-30;

  /**
   * Returns the grid that covers a range, widened to hold 0. A range without negative values has the zero point −128,
   * so that the whole byte is used.
   */
  public static ActivationGrid covering(double low, double high) {
    double from = Math.min(low, 0);
    double to = Math.max(high, 0);
    double scale = Math.max((to - from) / STEPS, MIN_SCALE);
    long zeroPoint = Math.round(Byte.MIN_VALUE - from / scale);
    return new ActivationGrid((float) scale, Math.clamp(zeroPoint, Byte.MIN_VALUE, Byte.MAX_VALUE));
  }

  /** Returns the grid of a stored tensor. */
  public static ActivationGrid of(Tensor tensor) {
    return new ActivationGrid(tensor.scale(), tensor.zeroPoint());
  }

  /** Returns the byte nearest to a real value; values beyond the range, also infinite ones, get its end. */
  public byte quantize(float real) {
    return (byte) Math.clamp((int) Math.rint(real / scale) + (long) zeroPoint, Byte.MIN_VALUE, Byte.MAX_VALUE);
  }

  /** Returns the real value of a byte. */
  public float real(int q) {
    return scale * (q - zeroPoint);
  }

  /** Returns the real values of bytes. */
  public float[] real(byte[] bytes) {
    float[] ofByte = new float[1 << Byte.SIZE];
    for (int q = Byte.MIN_VALUE; q <= Byte.MAX_VALUE; q++) {
      ofByte[q - Byte.MIN_VALUE] = real(q);
    }
    float[] values = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      values[i] = ofByte[bytes[i] - Byte.MIN_VALUE];
    }
    return values;
  }
}
