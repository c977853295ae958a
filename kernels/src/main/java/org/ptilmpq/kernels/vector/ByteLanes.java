package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import org.ptilmpq.kernels.Requantization;

/**
 * Rows of 32-bit lanes to bytes and back. All methods go from arrays to arrays: a method that takes or returns a vector
 * is not always inlined, and then every vector is boxed; a method of more than some forty vector operations isn't
 * either.
 *
 * <p>Two orders of lanes occur. <i>Straight</i>: lane after lane, vector after vector. <i>Interleaved</i>: a vector of
 * bytes seen as 32-bit words and taken apart with shifts, so that vector j has byte 4i + j in lane i, which needs no
 * conversion across lanes.
 */
final class ByteLanes {

  /** From byte 4i + j in lane i of vector j to all lanes of vector 0, then of vector 1 … */
  private static final VectorShuffle<Byte> STRAIGHTEN =
      VectorShuffle.fromOp(Lanes.BYTE, i -> i % Lanes.WORDS * 4 + i / Lanes.WORDS);

  private ByteLanes() {}

  /** Where byte i of a vector of bytes stands in interleaved order. */
  static int interleaved(int i) {
    return i % 4 * Lanes.WORDS + i / 4;
  }

  /** A vector of bytes, sign-extended, in straight order. */
  static void widen(byte[] arena, int from, int[] to, int at) {
    ByteVector bytes = ByteVector.fromArray(Lanes.BYTE, arena, from);
    ((IntVector) bytes.castShape(Lanes.INT, 0)).intoArray(to, at);
    ((IntVector) bytes.castShape(Lanes.INT, 1)).intoArray(to, at + Lanes.WORDS);
    ((IntVector) bytes.castShape(Lanes.INT, 2)).intoArray(to, at + 2 * Lanes.WORDS);
    ((IntVector) bytes.castShape(Lanes.INT, 3)).intoArray(to, at + 3 * Lanes.WORDS);
  }

  /** The low bytes of a vector of bytes' worth of lanes in straight order. */
  static void narrow(int[] from, int at, byte[] arena, int to) {
    IntVector words = IntVector.zero(Lanes.INT);
    for (int j = 0; j < 4; j++) {
      IntVector lanes = IntVector.fromArray(Lanes.INT, from, at + j * Lanes.WORDS).and(255);
      words = lanes.lanewise(VectorOperators.LSHL, 8 * j).or(words);
    }
    words.reinterpretAsBytes().rearrange(STRAIGHTEN).intoArray(arena, to);
  }

  /**
   * Requantizes a vector of bytes' worth of sums in interleaved order, bit for bit as {@link Requantization#toByte}.
   *
   * @param multiplier one a lane, in the same order, from {@code multiplierAt}
   * @param offset one a lane, in the same order, from {@code offsetAt}
   */
  static void requantize(
      int[] sums,
      float[] multiplier,
      int multiplierAt,
      float[] offset,
      int offsetAt,
      float low,
      float high,
      byte[] arena,
      int to) {
    IntVector words = IntVector.zero(Lanes.INT);
    for (int j = 0; j < 4; j++) {
      int lane = j * Lanes.WORDS;
      IntVector rounded =
          ((FloatVector) IntVector.fromArray(Lanes.INT, sums, lane).convert(VectorOperators.I2F, 0))
              .mul(FloatVector.fromArray(Lanes.FLOAT, multiplier, multiplierAt + lane))
              .add(FloatVector.fromArray(Lanes.FLOAT, offset, offsetAt + lane))
              .max(low)
              .min(high)
              .add(Requantization.ROUND_MAGIC)
              .reinterpretAsInts();
      words = rounded.and(255).lanewise(VectorOperators.LSHL, 8 * j).or(words);
    }
    words.reinterpretAsBytes().intoArray(arena, to);
  }
}
