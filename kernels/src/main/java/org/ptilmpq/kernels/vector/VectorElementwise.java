package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.arithmetic.AffineBytes;
import org.ptilmpq.kernels.arithmetic.Requantization;
import org.ptilmpq.kernels.scalar.RowKernel;

/**
 * An addition, or one tensor in another quantization: {@link AffineBytes}, one row per unit of work, a vector of bytes
 * at a time. See {@link ByteLanes} for the order of lanes, which doesn't matter to element-wise work.
 */
final class VectorElementwise extends RowKernel {

  private final AffineBytes affine;
  private final int low;
  private final int high;

  VectorElementwise(AffineBytes affine) {
    super(affine.output(), "fp32 lanes");
    this.affine = affine;
    low = Requantization.boundBits(affine.low());
    high = Requantization.boundBits(affine.high());
  }

  @Override
  public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
    byte[] arena = tensors.bytes();
    int row = affine.output().width() * affine.output().channels();
    int left = affine.left().offset();
    int output = affine.output().offset();
    int i = first * row;
    if (affine.right() == null) {
      for (; i + Lanes.BYTES <= end * row; i += Lanes.BYTES) {
        rescale(arena, left + i, output + i);
      }
    } else {
      int right = affine.right().offset();
      for (; i + Lanes.BYTES <= end * row; i += Lanes.BYTES) {
        add(arena, left + i, right + i, output + i);
      }
    }
    for (; i < end * row; i++) {
      affine.compute(arena, i);
    }
  }

  private void add(byte[] arena, int left, int right, int output) {
    IntVector x = ByteVector.fromArray(Lanes.BYTE, arena, left).reinterpretAsInts();
    IntVector y = ByteVector.fromArray(Lanes.BYTE, arena, right).reinterpretAsInts();
    IntVector words = IntVector.zero(Lanes.INT);
    for (int j = 0; j < 4; j++) {
      IntVector xj = x.lanewise(VectorOperators.LSHL, 24 - 8 * j).lanewise(VectorOperators.ASHR, 24);
      IntVector yj = y.lanewise(VectorOperators.LSHL, 24 - 8 * j).lanewise(VectorOperators.ASHR, 24);
      IntVector sum =
          ((FloatVector) xj.convert(VectorOperators.I2F, 0))
              .mul(affine.leftFactor())
              .add(((FloatVector) yj.convert(VectorOperators.I2F, 0)).mul(affine.rightFactor()))
              .add(affine.offset())
              .add(Requantization.ROUND_MAGIC)
              .reinterpretAsInts()
              .max(low)
              .min(high);
      words = sum.and(255).lanewise(VectorOperators.LSHL, 8 * j).or(words);
    }
    words.reinterpretAsBytes().intoArray(arena, output);
  }

  private void rescale(byte[] arena, int input, int output) {
    IntVector x = ByteVector.fromArray(Lanes.BYTE, arena, input).reinterpretAsInts();
    IntVector words = IntVector.zero(Lanes.INT);
    for (int j = 0; j < 4; j++) {
      IntVector xj = x.lanewise(VectorOperators.LSHL, 24 - 8 * j).lanewise(VectorOperators.ASHR, 24);
      IntVector scaled =
          ((FloatVector) xj.convert(VectorOperators.I2F, 0))
              .mul(affine.leftFactor())
              .add(affine.offset())
              .add(Requantization.ROUND_MAGIC)
              .reinterpretAsInts()
              .max(low)
              .min(high);
      words = scaled.and(255).lanewise(VectorOperators.LSHL, 8 * j).or(words);
    }
    words.reinterpretAsBytes().intoArray(arena, output);
  }
}
