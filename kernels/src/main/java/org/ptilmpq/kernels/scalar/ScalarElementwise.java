package org.ptilmpq.kernels.scalar;

import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.arithmetic.AffineBytes;

/** An addition, or one tensor in another quantization: {@link AffineBytes}, one row per unit of work. */
final class ScalarElementwise extends RowKernel {

  private final AffineBytes affine;

  ScalarElementwise(AffineBytes affine) {
    super(affine.output(), "scalar");
    this.affine = affine;
  }

  @Override
  public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
    byte[] arena = tensors.bytes();
    int row = affine.output().width() * affine.output().channels();
    for (int i = first * row; i < end * row; i++) {
      affine.compute(arena, i);
    }
  }
}
