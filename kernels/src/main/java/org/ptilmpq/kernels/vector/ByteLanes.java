package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.ptilmpq.kernels.Requantization;

/**
 * 32-bit lanes to bytes, in <i>interleaved</i> order: a vector of bytes seen as 32-bit words and taken apart with shifts, so
 * that vector j has byte 4i + j in lane i, which needs no conversion across lanes. From arrays to arrays: a method that
 * takes or returns a vector is not always inlined, and then every vector is boxed.
 */
final class ByteLanes {

  private ByteLanes() {}

  /** Where byte i of a vector of bytes stands in interleaved order. */
  static int interleaved(int i) {
    return i % 4 * Lanes.WORDS + i / 4;
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
