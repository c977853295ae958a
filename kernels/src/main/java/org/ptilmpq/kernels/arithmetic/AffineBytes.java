package org.ptilmpq.kernels.arithmetic;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.TensorView;

/**
 * {@code q = round(clamp(x · leftFactor + y · rightFactor + offset))}: requantization where all channels share their
 * factors, for additions and rescaling. Each operation rounds to a 32-bit float by itself, in this order.
 *
 * @param left where x is; all tensors have the same shape
 * @param right where y is; null where there is one operand
 * @param output where q goes
 * @param rightFactor 0 where there is one operand
 * @param low least result
 * @param high greatest result
 */
public record AffineBytes(
    TensorView left,
    TensorView right,
    TensorView output,
    float leftFactor,
    float rightFactor,
    float offset,
    float low,
    float high) {

  /** Returns the sum of two tensors. */
  public static AffineBytes of(KernelSpec.Addition spec) {
    TensorView x = spec.left();
    TensorView y = spec.right();
    double unit = spec.output().scale();
    double left = x.scale() / unit;
    double right = y.scale() / unit;
    double offset = spec.output().zeroPoint() - left * x.zeroPoint() - right * y.zeroPoint();
    return new AffineBytes(
        x, y, spec.output(), (float) left, (float) right, (float) offset, spec.low(), spec.high());
  }

  /** Returns one tensor in another quantization. */
  public static AffineBytes of(KernelSpec.Rescale spec) {
    double ratio = (double) spec.input().scale() / spec.output().scale();
    double offset = spec.output().zeroPoint() - ratio * spec.input().zeroPoint();
    return new AffineBytes(
        spec.input(), null, spec.output(), (float) ratio, 0, (float) offset, spec.low(), spec.high());
  }

  /** Computes element i of the output. */
  public void compute(byte[] arena, int i) {
    float value = (float) arena[left.offset() + i] * leftFactor;
    if (right != null) {
      value += (float) arena[right.offset() + i] * rightFactor;
    }
    arena[output.offset() + i] = (byte) Requantization.round(value + offset, low, high);
  }
}
