package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.arithmetic.AffineBytes;
import org.ptilmpq.kernels.arithmetic.Requantization;
import org.ptilmpq.kernels.scalar.RowKernel;

/** {@code y = clamp(left + right)}, one row per unit of work, a vector of bytes at a time. */
final class VectorAddition extends RowKernel {

  private final KernelSpec.Addition spec;
  private final AffineBytes affine;
  private final int low;
  private final int high;

  VectorAddition(KernelSpec.Addition spec) {
    super(spec.output(), "fp32 lanes");
    this.spec = spec;
    affine = AffineBytes.of(spec);
    low = Requantization.boundBits(affine.low());
    high = Requantization.boundBits(affine.high());
  }

  @Override
  public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
    byte[] arena = tensors.bytes();
    int row = spec.output().width() * spec.output().channels();
    int left = spec.left().offset();
    int right = spec.right().offset();
    int output = spec.output().offset();
    int i = first * row;
    for (; i + Lanes.BYTES <= end * row; i += Lanes.BYTES) {
      add(arena, left + i, right + i, output + i);
    }
    for (; i < end * row; i++) {
      arena[output + i] = affine.toByte(arena[left + i], arena[right + i]);
    }
  }

  /**
   * Adds one vector of bytes: see {@link ByteLanes} for the order of lanes, which doesn't matter to element-wise work.
   */
  private void add(byte[] arena, int left, int right, int output) {
    IntVector x = ByteVector.fromArray(Lanes.BYTE, arena, left).reinterpretAsInts();
    IntVector y = ByteVector.fromArray(Lanes.BYTE, arena, right).reinterpretAsInts();
    IntVector words = IntVector.zero(Lanes.INT);
    for (int j = 0; j < 4; j++) {
      IntVector xj = x.lanewise(VectorOperators.LSHL, 24 - 8 * j).lanewise(VectorOperators.ASHR, 24);
      IntVector yj = y.lanewise(VectorOperators.LSHL, 24 - 8 * j).lanewise(VectorOperators.ASHR, 24);
      IntVector sum =
          ((FloatVector) xj.convert(VectorOperators.I2F, 0))
              .mul(affine.left())
              .add(((FloatVector) yj.convert(VectorOperators.I2F, 0)).mul(affine.right()))
              .add(affine.offset())
              .add(Requantization.ROUND_MAGIC)
              .reinterpretAsInts()
              .max(low)
              .min(high);
      words = sum.and(255).lanewise(VectorOperators.LSHL, 8 * j).or(words);
    }
    words.reinterpretAsBytes().intoArray(arena, output);
  }
}
