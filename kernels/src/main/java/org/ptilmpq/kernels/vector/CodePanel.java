package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;

/**
 * Unpacks bit planes to signed codes, one tile of inputs at a time. A word of the packed weights is a mask of lanes, so
 * a plane costs one masked addition per vector of channels.
 *
 * <p>A panel holds columns of {@link Lanes#BYTES} channels of a block; a column holds a vector of codes for each input.
 * Lanes beyond the block's channels hold code 0.
 */
final class CodePanel {

  /** Which byte of a word a lane's bit is in. */
  static final VectorShuffle<Byte> BYTE_OF_LANE = VectorShuffle.fromOp(Lanes.BYTE, i -> i / 8);

  /** The lane's bit in that byte. */
  static final ByteVector BIT_OF_LANE =
      LongVector.broadcast(Lanes.LONG, 0x8040201008040201L).reinterpretAsBytes();

  /** Whether a word is as wide as a vector has lanes, and the machine makes a mask of it. */
  private static final boolean WORDS_ARE_MASKS = Lanes.BYTES == Long.SIZE;

  /** Planes that are unpacked at once. */
  private static final int AT_ONCE = 4;

  private CodePanel() {}

  /** Columns that a block takes. */
  static int columns(int channels) {
    return (channels + Lanes.BYTES - 1) / Lanes.BYTES;
  }

  /** Unpacks the codes of inputs {@code k0} up to {@code k1} of a block to the start of the panel. */
  static void unpack(PackedWeights weights, Block block, int k0, int k1, byte[] panel) {
    if (WORDS_ARE_MASKS) {
      for (int plane = 0; plane < block.width(); plane += AT_ONCE) {
        addPlanes(weights, block, plane, k0, k1, panel);
      }
      return;
    }
    int to = 0;
    for (int column = 0; column < columns(block.channels()); column++) {
      for (int k = k0; k < k1; k++, to += Lanes.BYTES) {
        unpackBits(weights, block, k, column * Lanes.BYTES, panel, to);
      }
    }
  }

  /**
   * Adds {@value #AT_ONCE} planes of all inputs in one go, without a loop over planes, which would cost more than the
   * additions. Planes that a block doesn't have count 0.
   */
  private static void addPlanes(PackedWeights weights, Block block, int first, int k0, int k1, byte[] panel) {
    int top = block.width() - 1;
    int p1 = Math.min(first + 1, top);
    int p2 = Math.min(first + 2, top);
    int p3 = Math.min(first + 3, top);
    byte b0 = bit(first, top);
    byte b1 = bit(first + 1, top);
    byte b2 = bit(first + 2, top);
    byte b3 = bit(first + 3, top);
    for (int k = k0, to = 0; k < k1; k++, to += Lanes.BYTES) {
      ByteVector codes =
          ByteVector.zero(Lanes.BYTE)
              .blend(b0, VectorMask.fromLong(Lanes.BYTE, weights.word(block, k, first)))
              .add(b1, VectorMask.fromLong(Lanes.BYTE, weights.word(block, k, p1)))
              .add(b2, VectorMask.fromLong(Lanes.BYTE, weights.word(block, k, p2)))
              .add(b3, VectorMask.fromLong(Lanes.BYTE, weights.word(block, k, p3)));
      if (first > 0) {
        codes = ByteVector.fromArray(Lanes.BYTE, panel, to).add(codes);
      }
      codes.intoArray(panel, to);
    }
  }

  /** The value of a plane's bit in a code of two's complement. */
  private static byte bit(int plane, int top) {
    return (byte) (plane < top ? 1 << plane : plane == top ? -1 << top : 0);
  }

  /**
   * Every lane gets the byte of the word that its bit is in and keeps that bit; {@code VectorMask.fromLong} would do
   * the same, but isn't a vector operation on NEON.
   */
  private static void unpackBits(PackedWeights weights, Block block, int k, int c, byte[] panel, int to) {
    int top = block.width() - 1;
    ByteVector codes = ByteVector.zero(Lanes.BYTE);
    for (int plane = 0; plane <= top; plane++) {
      VectorMask<Byte> lanes =
          LongVector.broadcast(Lanes.LONG, weights.word(block, k, plane) >>> c)
              .reinterpretAsBytes()
              .rearrange(BYTE_OF_LANE)
              .and(BIT_OF_LANE)
              .compare(VectorOperators.NE, (byte) 0);
      int bit = plane < top ? 1 << plane : -1 << plane;
      codes = ByteVector.zero(Lanes.BYTE).blend((byte) bit, lanes).or(codes);
    }
    codes.intoArray(panel, to);
  }
}
