package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.ptilmpq.kernels.Requantization;

/**
 * A chunk of channels of neighbouring pixels as floats, {@link #CHANNELS} a pixel: from the bytes of a tensor, and
 * requantized back to bytes. From 256 bits on a chunk is one vector of floats, whose bytes a narrower vector loads and
 * stores, so that tensors of few channels have whole chunks too. With 128 bits that vector would be narrower than any
 * there is: a chunk is a vector of bytes, in the interleaved order of {@link ByteLanes}.
 */
final class FloatPixels {

  /** Whether a chunk is one vector of floats. */
  private static final boolean ONE_VECTOR = Lanes.WORDS > 4;

  /** Channels of a chunk: 16, or 8 with 256 bits. */
  static final int CHANNELS = ONE_VECTOR ? Lanes.WORDS : Lanes.BYTES;

  private FloatPixels() {}

  /** Where channel i of a chunk stands among its floats. */
  static int lane(int i) {
    return ONE_VECTOR ? i : ByteLanes.interleaved(i);
  }

  /**
   * Bytes to floats.
   *
   * @param from the chunk's bytes of the first pixel; the next pixel is {@code stride} bytes on
   * @param to where the floats of the first pixel go
   */
  static void widen(byte[] arena, int from, int stride, int pixels, float[] floats, int to) {
    for (int i = 0; i < pixels; i++) {
      if (ONE_VECTOR) {
        FloatVector values =
            (FloatVector) ByteVector.fromArray(Lanes.QUARTER_BYTE, arena, from + i * stride).castShape(Lanes.FLOAT, 0);
        values.intoArray(floats, to + i * CHANNELS);
      } else {
        takeApart(arena, from + i * stride, floats, to + i * CHANNELS);
      }
    }
  }

  private static void takeApart(byte[] arena, int from, float[] floats, int to) {
    IntVector words = ByteVector.fromArray(Lanes.BYTE, arena, from).reinterpretAsInts();
    for (int j = 0; j < 4; j++) {
      IntVector bytes = words.lanewise(VectorOperators.LSHL, 24 - 8 * j).lanewise(VectorOperators.ASHR, 24);
      ((FloatVector) bytes.convert(VectorOperators.I2F, 0)).intoArray(floats, to + j * Lanes.WORDS);
    }
  }

  /**
   * Sums to bytes, bit for bit as {@link Requantization#toByte}.
   *
   * @param from the sums of the first pixel: whole numbers
   * @param multiplier of each lane of the chunk, from {@code factors} on
   * @param offset likewise
   * @param low least byte, as {@link Requantization#boundBits}
   * @param high greatest byte, likewise
   * @param to the chunk's bytes of the first pixel; the next pixel is {@code stride} bytes on
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
    for (int i = 0; i < pixels; i++) {
      if (ONE_VECTOR) {
        ByteVector bytes =
            (ByteVector)
                FloatVector.fromArray(Lanes.FLOAT, sums, from + i * CHANNELS)
                    .mul(FloatVector.fromArray(Lanes.FLOAT, multiplier, factors))
                    .add(FloatVector.fromArray(Lanes.FLOAT, offset, factors))
                    .add(Requantization.ROUND_MAGIC)
                    .reinterpretAsInts()
                    .max(low)
                    .min(high)
                    .castShape(Lanes.QUARTER_BYTE, 0);
        bytes.intoArray(arena, to + i * stride);
      } else {
        putTogether(sums, from + i * CHANNELS, multiplier, offset, factors, low, high, arena, to + i * stride);
      }
    }
  }

  private static void putTogether(
      float[] sums,
      int from,
      float[] multiplier,
      float[] offset,
      int factors,
      int low,
      int high,
      byte[] arena,
      int to) {
    IntVector words = IntVector.zero(Lanes.INT);
    for (int j = 0; j < 4; j++) {
      int lane = j * Lanes.WORDS;
      IntVector rounded =
          FloatVector.fromArray(Lanes.FLOAT, sums, from + lane)
              .mul(FloatVector.fromArray(Lanes.FLOAT, multiplier, factors + lane))
              .add(FloatVector.fromArray(Lanes.FLOAT, offset, factors + lane))
              .add(Requantization.ROUND_MAGIC)
              .reinterpretAsInts()
              .max(low)
              .min(high);
      words = rounded.and(255).lanewise(VectorOperators.LSHL, 8 * j).or(words);
    }
    words.reinterpretAsBytes().intoArray(arena, to);
  }
}
