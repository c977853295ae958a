package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.IntVector;
import org.ptilmpq.kernels.AffineBytes;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;

/** {@code y = clamp(x)} from one quantization to another, one row a unit of work, a vector of bytes at a time. */
final class VectorRescale implements Kernel {

  private final KernelSpec.Rescale spec;
  private final AffineBytes affine;

  VectorRescale(KernelSpec.Rescale spec) {
    this.spec = spec;
    affine = AffineBytes.of(spec);
  }

  @Override
  public int units() {
    return spec.output().height();
  }

  @Override
  public String method() {
    return "fp32 lanes";
  }

  @Override
  public void run(byte[] arena, float[] scores, int first, int end, Scratch scratch) {
    int row = spec.output().width() * spec.output().channels();
    int input = spec.input().offset();
    int output = spec.output().offset();
    int i = first * row;
    for (; i + Lanes.BYTES <= end * row; i += Lanes.BYTES) {
      IntVector x = ByteLanes.load(arena, input + i);
      ByteLanes.store(scale(x, 0), scale(x, 1), scale(x, 2), scale(x, 3), arena, output + i);
    }
    for (; i < end * row; i++) {
      arena[output + i] = affine.toByte(arena[input + i]);
    }
  }

  private IntVector scale(IntVector x, int j) {
    return ByteLanes.rounded(
        ByteLanes.toFloat(ByteLanes.widen(x, j)).mul(affine.left()).add(affine.offset()),
        affine.low(),
        affine.high());
  }
}
