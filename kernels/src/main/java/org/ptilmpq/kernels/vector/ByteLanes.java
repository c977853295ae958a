package org.ptilmpq.kernels.vector;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.ptilmpq.kernels.arithmetic.Requantization;

/**
 * Conversion of 32-bit lanes to bytes, in <i>interleaved</i> order: a vector of bytes seen as 32-bit words and taken
 * apart with shifts, so that vector j has byte 4i + j in lane i, which needs no conversion across lanes. From arrays to
 * arrays: a method that takes or returns a vector is not always inlined, and then every vector is boxed.
 */
final class ByteLanes {

  /** No vector has only four bytes, which is what 128 bits of floats become. */
  private static final VarHandle FOUR_BYTES =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private ByteLanes() {}

  /** Where byte i of a vector of bytes is in interleaved order. */
  static int interleaved(int i) {
    return i % 4 * Lanes.WORDS + i / 4;
  }

  /**
   * Requantizes a vector of bytes' worth of sums in interleaved order, bit for bit as {@link Requantization#toByte}.
   *
   * @param multiplier one per lane, in the same order, from {@code multiplierAt}
   * @param offset one per lane, in the same order, from {@code offsetAt}
   * @param low least byte, as {@link Requantization#boundBits}
   * @param high greatest byte, likewise
   */
  static void requantize(
      int[] sums,
      float[] multiplier,
      int multiplierAt,
      float[] offset,
      int offsetAt,
      int low,
      int high,
      byte[] arena,
      int to) {
    IntVector words = IntVector.zero(Lanes.INT);
    for (int j = 0; j < 4; j++) {
      int lane = j * Lanes.WORDS;
      IntVector rounded =
          ((FloatVector) IntVector.fromArray(Lanes.INT, sums, lane).convert(VectorOperators.I2F, 0))
              .mul(FloatVector.fromArray(Lanes.FLOAT, multiplier, multiplierAt + lane))
              .add(FloatVector.fromArray(Lanes.FLOAT, offset, offsetAt + lane))
              .add(Requantization.ROUND_MAGIC)
              .reinterpretAsInts()
              .max(low)
              .min(high);
      words = rounded.and(255).lanewise(VectorOperators.LSHL, 8 * j).or(words);
    }
    words.reinterpretAsBytes().intoArray(arena, to);
  }

  /**
   * Requantizes a vector of channels of neighbouring pixels, bit for bit as {@link Requantization#toByte}.
   *
   * @param sums whole numbers, one vector per pixel, from {@code from} on
   * @param multiplier one per channel, from {@code factors} on; so is {@code offset}
   * @param low least byte, as {@link Requantization#boundBits}
   * @param high greatest byte, likewise
   * @param to where the first pixel's bytes go
   * @param stride from a pixel's bytes to the next one's
   */
  static void requantize(
      float[] sums,
      int from,
      int pixels,
      float[] multiplier,
      float[] offset,
      int factors,
      int low,
      int high,
      byte[] arena,
      int to,
      int stride) {
    FloatVector m = FloatVector.fromArray(Lanes.FLOAT, multiplier, factors);
    FloatVector o = FloatVector.fromArray(Lanes.FLOAT, offset, factors);
    for (int i = 0; i < pixels; i++) {
      ByteVector bytes =
          (ByteVector)
              FloatVector.fromArray(Lanes.FLOAT, sums, from + i * Lanes.WORDS)
                  .mul(m)
                  .add(o)
                  .add(Requantization.ROUND_MAGIC)
                  .reinterpretAsInts()
                  .max(low)
                  .min(high)
                  .castShape(Lanes.QUARTER_BYTE, 0);
      if (Lanes.WORDS == Lanes.QUARTER_BYTE.length()) {
        bytes.intoArray(arena, to + i * stride);
      } else {
        FOUR_BYTES.set(arena, to + i * stride, bytes.reinterpretAsInts().lane(0));
      }
    }
  }
}
