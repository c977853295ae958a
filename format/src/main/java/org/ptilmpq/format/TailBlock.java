package org.ptilmpq.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * One block of a layer's tails, in the layout of {@link TailPacking}.
 *
 * @param tails all of the layer
 * @param offset of the block in it
 * @param count listed inputs
 * @param planes of a tail
 * @param channels of the block
 */
record TailBlock(MemorySegment tails, long offset, int count, int planes, int channels) {

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The block whose counts are at an offset. */
  static TailBlock at(MemorySegment tails, long offset, int channels) {
    int count = tails.get(TailPacking.INT, offset);
    int planes = tails.get(TailPacking.INT, offset + Integer.BYTES);
    return new TailBlock(tails, offset, count, planes, channels);
  }

  /** The index of the i-th input with tails. */
  int input(int i) {
    return tails.get(TailPacking.INT, offset + TailPacking.BLOCK_HEADER + (long) i * Integer.BYTES);
  }

  /** One plane at the i-th listed input: bit j is of channel j. Eight bytes can be read at any word. */
  long word(int i, int plane) {
    int wordBytes = BitPacking.wordBytes(channels);
    long word = tails.get(LONG, words() + ((long) i * planes + plane) * wordBytes);
    return wordBytes == Long.BYTES ? word : word & (1L << Byte.SIZE * wordBytes) - 1;
  }

  /** The signed tail of a channel of the block at the i-th listed input. */
  int tail(int i, int channel) {
    int tail = 0;
    for (int plane = 0; plane < planes; plane++) {
      tail |= (int) (word(i, plane) >>> channel & 1) << plane;
    }
    int unused = Integer.SIZE - planes;
    return planes == 0 ? 0 : tail << unused >> unused;
  }

  /** Where the words of the first listed input begin. */
  private long words() {
    return offset + TailPacking.BLOCK_HEADER + (long) count * Integer.BYTES;
  }

  /** Where the zeros after the words begin. */
  long wordsEnd() {
    return words() + (long) count * planes * BitPacking.wordBytes(channels);
  }

  /** Where the next block begins. */
  long end() {
    return offset + TailPacking.blockBytes(count, planes, channels);
  }
}
