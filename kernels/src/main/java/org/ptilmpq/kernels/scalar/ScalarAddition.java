package org.ptilmpq.kernels.scalar;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.arithmetic.AffineBytes;

/** {@code y = clamp(left + right)}, one row per unit of work. */
final class ScalarAddition extends RowKernel {

  private final KernelSpec.Addition spec;
  private final AffineBytes affine;

  ScalarAddition(KernelSpec.Addition spec) {
    super(spec.output(), "scalar");
    this.spec = spec;
    affine = AffineBytes.of(spec);
  }

  @Override
  public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
    byte[] arena = tensors.bytes();
    int row = spec.output().width() * spec.output().channels();
    for (int i = first * row; i < end * row; i++) {
      arena[spec.output().offset() + i] =
          affine.toByte(arena[spec.left().offset() + i], arena[spec.right().offset() + i]);
    }
  }
}
