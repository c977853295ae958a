package org.ptilmpq.kernels.scalar;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.arithmetic.AffineBytes;

/** {@code y = clamp(x)} from one quantization to another, one row per unit of work. */
final class ScalarRescale extends RowKernel {

  private final KernelSpec.Rescale spec;
  private final AffineBytes affine;

  ScalarRescale(KernelSpec.Rescale spec) {
    super(spec.output(), "scalar");
    this.spec = spec;
    affine = AffineBytes.of(spec);
  }

  @Override
  public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
    byte[] arena = tensors.bytes();
    int row = spec.output().width() * spec.output().channels();
    for (int i = first * row; i < end * row; i++) {
      arena[spec.output().offset() + i] = affine.toByte(arena[spec.input().offset() + i]);
    }
  }
}
