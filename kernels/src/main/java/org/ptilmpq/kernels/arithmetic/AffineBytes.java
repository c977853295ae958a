package org.ptilmpq.kernels.arithmetic;

import org.ptilmpq.kernels.KernelSpec;

/**
 * {@code q = round(clamp(x · left + y · right + offset))}: requantization where all channels share their factors, for
 * additions and rescaling. Each operation rounds to a 32-bit float by itself, in this order.
 *
 * @param left multiplier of the first operand
 * @param right multiplier of the second operand; 0 without one
 * @param low least result
 * @param high greatest result
 */
public record AffineBytes(float left, float right, float offset, float low, float high) {

  /** Returns the factors for the sum of two tensors. */
  public static AffineBytes of(KernelSpec.Addition spec) {
    double unit = spec.output().scale();
    double left = spec.left().scale() / unit;
    double right = spec.right().scale() / unit;
    double offset =
        spec.output().zeroPoint() - left * spec.left().zeroPoint() - right * spec.right().zeroPoint();
    return new AffineBytes((float) left, (float) right, (float) offset, spec.low(), spec.high());
  }

  /** Returns the factors that bring one tensor to another quantization. */
  public static AffineBytes of(KernelSpec.Rescale spec) {
    double ratio = (double) spec.input().scale() / spec.output().scale();
    double offset = spec.output().zeroPoint() - ratio * spec.input().zeroPoint();
    return new AffineBytes((float) ratio, 0, (float) offset, spec.low(), spec.high());
  }

  /** The byte for two operands. */
  public byte toByte(int x, int y) {
    return (byte) Requantization.round((float) x * left + (float) y * right + offset, low, high);
  }

  /** The byte for one operand. */
  public byte toByte(int x) {
    return (byte) Requantization.round((float) x * left + offset, low, high);
  }
}
