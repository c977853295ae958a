package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import org.ptilmpq.kernels.Requantization;

/**
 * Bytes to 32-bit lanes and back with shifts alone, since narrowing conversions are slow on every machine and widening
 * ones on some. A vector of bytes seen as 32-bit words gives four vectors: number j has byte 4i + j in lane i. Putting
 * them together again restores the order, so element-wise work never notices.
 */
final class ByteLanes {

  /** From the interleaved order, byte 4i + j from lane i of vector j, to all lanes of vector 0, then of vector 1 … */
  private static final VectorShuffle<Byte> STRAIGHTEN =
      VectorShuffle.fromOp(Lanes.BYTE, i -> i % Lanes.WORDS * 4 + i / Lanes.WORDS);

  private ByteLanes() {}

  /** Bytes 4i + j, signed, for lanes i; j is 0…3. */
  static IntVector widen(IntVector words, int j) {
    return words.lanewise(VectorOperators.LSHL, 24 - 8 * j).lanewise(VectorOperators.ASHR, 24);
  }

  /** Four vectors of bytes at a place of the arena, as 32-bit words. */
  static IntVector load(byte[] arena, int at) {
    return ByteVector.fromArray(Lanes.BYTE, arena, at).reinterpretAsInts();
  }

  /** The low bytes of four vectors, interleaved as {@link #widen} took them apart. */
  static void store(IntVector b0, IntVector b1, IntVector b2, IntVector b3, byte[] arena, int at) {
    interleave(b0, b1, b2, b3).intoArray(arena, at);
  }

  /** The low bytes of four vectors, one vector after the other. */
  static void storeStraight(IntVector b0, IntVector b1, IntVector b2, IntVector b3, byte[] arena, int at) {
    interleave(b0, b1, b2, b3).rearrange(STRAIGHTEN).intoArray(arena, at);
  }

  private static ByteVector interleave(IntVector b0, IntVector b1, IntVector b2, IntVector b3) {
    return b0.and(255)
        .or(b1.and(255).lanewise(VectorOperators.LSHL, 8))
        .or(b2.and(255).lanewise(VectorOperators.LSHL, 16))
        .or(b3.lanewise(VectorOperators.LSHL, 24))
        .reinterpretAsBytes();
  }

  /** Clamped and rounded half to even; the low byte of each lane is the result. */
  static IntVector rounded(FloatVector value, float low, float high) {
    return value.max(low).min(high).add(Requantization.ROUND_MAGIC).reinterpretAsInts();
  }

  /** As floats, exactly for magnitudes up to 2²⁴, else rounded half to even. */
  static FloatVector toFloat(IntVector v) {
    return (FloatVector) v.convert(VectorOperators.I2F, 0);
  }
}
