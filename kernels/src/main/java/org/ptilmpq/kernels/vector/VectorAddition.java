package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.IntVector;
import org.ptilmpq.kernels.AffineBytes;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;

/** {@code y = clamp(left + right)}, one row a unit of work, a vector of bytes at a time. */
final class VectorAddition implements Kernel {

  private final KernelSpec.Addition spec;
  private final AffineBytes affine;

  VectorAddition(KernelSpec.Addition spec) {
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
    int left = spec.left().offset();
    int right = spec.right().offset();
    int output = spec.output().offset();
    int i = first * row;
    for (; i + Lanes.BYTES <= end * row; i += Lanes.BYTES) {
      IntVector x = ByteLanes.load(arena, left + i);
      IntVector y = ByteLanes.load(arena, right + i);
      ByteLanes.store(add(x, y, 0), add(x, y, 1), add(x, y, 2), add(x, y, 3), arena, output + i);
    }
    for (; i < end * row; i++) {
      arena[output + i] = affine.toByte(arena[left + i], arena[right + i]);
    }
  }

  private IntVector add(IntVector x, IntVector y, int j) {
    return ByteLanes.rounded(
        ByteLanes.toFloat(ByteLanes.widen(x, j))
            .mul(affine.left())
            .add(ByteLanes.toFloat(ByteLanes.widen(y, j)).mul(affine.right()))
            .add(affine.offset()),
        affine.low(),
        affine.high());
  }
}
