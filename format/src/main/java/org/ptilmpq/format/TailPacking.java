package org.ptilmpq.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sparse tails of a layer, a segment beside its codes. A level v of a group of {@link Grid.SparseTails} of width b
 * is dense + tail · 2^b; the bit planes hold dense, the low b bits with their sign, and tail is zero for most weights.
 * Each block of 64 channels (the same as the codes', in the same order) of every such group has here, little-endian:
 *
 * <pre>
 *   uint32 n            inputs at which any channel of the block has a tail that is not zero
 *   uint32 t            planes of a tail: as few as hold all of the block in two's complement; 0 if n is 0
 *   n × uint32          these inputs, ascending
 *   n × t words         for each of them and each plane p: ⌈m/8⌉ bytes, bit j = bit p of the tail of channel j
 *   zeros up to a multiple of 8
 * </pre>
 *
 * and 8 zero bytes end the segment. A layer without such a group has no segment: an empty one.
 */
public final class TailPacking {

  /** Length of the two counts that a block begins with. */
  static final int BLOCK_HEADER = 2 * Integer.BYTES;

  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private TailPacking() {}

  /** Whether a layer of these groups has tails at all, even if only an empty list per block. */
  public static boolean hasTails(List<ChannelGroup> groups) {
    for (ChannelGroup group : groups) {
      if (hasTails(group)) {
        return true;
      }
    }
    return false;
  }

  static boolean hasTails(ChannelGroup group) {
    return group.width() > 0 && group.grid() instanceof Grid.SparseTails;
  }

  /** Length that a block takes, in bytes, with the zeros after it. */
  public static long blockBytes(int inputs, int planes, int channels) {
    long bytes = BLOCK_HEADER + (long) inputs * (Integer.BYTES + planes * BitPacking.wordBytes(channels));
    return (bytes + 7) / 8 * 8;
  }

  /** The bits that a level or tail takes in two's complement: 0 for 0, 1 for −1, 2 for −2 and 1, and so on. */
  public static int planes(int tail) {
    return tail == 0 ? 0 : Integer.SIZE + 1 - Integer.numberOfLeadingZeros(tail ^ tail >> Integer.SIZE - 1);
  }

  /**
   * @param levels [packed position][input], of the right shape; rows of other groups are ignored
   */
  static MemorySegment pack(List<ChannelGroup> groups, int inputs, short[][] levels) {
    if (!hasTails(groups)) {
      return MemorySegment.ofArray(new byte[0]);
    }
    ByteList packed = new ByteList();
    for (BitPacking.Block block : BitPacking.blocks(groups, inputs)) {
      if (hasTails(block.group())) {
        packBlock(packed, block, inputs, levels);
      }
    }
    packed.putBytes(0, BitPacking.TAIL);
    return MemorySegment.ofArray(packed.toArray());
  }

  private static void packBlock(ByteList packed, BitPacking.Block block, int inputs, short[][] levels) {
    int width = block.width();
    int first = block.first();
    int channels = block.channels();
    int count = 0;
    int planes = 0;
    int[] listed = new int[inputs];
    for (int k = 0; k < inputs; k++) {
      int most = 0;
      for (int j = 0; j < channels; j++) {
        most = Math.max(most, planes(Grid.SparseTails.tail(levels[first + j][k], width)));
      }
      if (most > 0) {
        listed[count++] = k;
        planes = Math.max(planes, most);
      }
    }
    packed.putInt(count);
    packed.putInt(planes);
    for (int i = 0; i < count; i++) {
      packed.putInt(listed[i]);
    }
    short[] tails = new short[channels];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < channels; j++) {
        tails[j] = (short) Grid.SparseTails.tail(levels[first + j][listed[i]], width);
      }
      putWords(packed, tails, 0, channels, planes);
    }
    pad(packed);
  }

  /** The words of one input. */
  static void putWords(ByteList bytes, short[] tails, int from, int channels, int planes) {
    for (int plane = 0; plane < planes; plane++) {
      long word = 0;
      for (int j = 0; j < channels; j++) {
        word |= (long) (tails[from + j] >> plane & 1) << j;
      }
      bytes.putBytes(word, BitPacking.wordBytes(channels));
    }
  }

  /** Zeros up to the next block. */
  static void pad(ByteList bytes) {
    bytes.putBytes(0, -bytes.size() & 7);
  }

  /** The blocks of a layer's tails, in their order. */
  static List<Block> blocks(Weights weights) {
    List<Block> blocks = new ArrayList<>();
    long offset = 0;
    for (BitPacking.Block block : BitPacking.blocks(weights.groups(), weights.inputs())) {
      if (hasTails(block.group())) {
        blocks.add(Block.at(weights.tails(), offset, block.channels()));
        offset = blocks.getLast().end();
      }
    }
    return blocks;
  }

  /** Adds the tails of a layer to its dense parts, [packed position][input]. */
  static void addTo(short[][] dense, List<ChannelGroup> groups, int inputs, MemorySegment tails) {
    long offset = 0;
    for (BitPacking.Block codes : BitPacking.blocks(groups, inputs)) {
      if (hasTails(codes.group())) {
        Block block = Block.at(tails, offset, codes.channels());
        for (int i = 0; i < block.count(); i++) {
          for (int j = 0; j < codes.channels(); j++) {
            dense[codes.first() + j][block.input(i)] += (short) (block.tail(i, j) << codes.width());
          }
        }
        offset = block.end();
      }
    }
  }

  /** Bytes one after the other, little-endian: a growing array without the locks of the standard one. */
  static final class ByteList {

    private byte[] bytes = new byte[1 << 8];
    private int size;

    int size() {
      return size;
    }

    void putInt(int value) {
      putBytes(value, Integer.BYTES);
    }

    /** Appends the lowest bytes of a number, the lowest first. */
    void putBytes(long value, int count) {
      if (size + count > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + count));
      }
      for (int i = 0; i < count; i++) {
        bytes[size++] = (byte) (value >>> 8 * i);
      }
    }

    byte[] toArray() {
      return Arrays.copyOf(bytes, size);
    }
  }

  /**
   * One block of a layer's tails, in the layout of {@link TailPacking}.
   *
   * @param tails all of the layer
   * @param offset of the block in it
   * @param count listed inputs
   * @param planes of a tail
   * @param channels of the block
   */
  record Block(MemorySegment tails, long offset, int count, int planes, int channels) {

    private static final ValueLayout.OfLong LONG =
        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The block whose counts are at an offset. */
    static Block at(MemorySegment tails, long offset, int channels) {
      int count = tails.get(TailPacking.INT, offset);
      int planes = tails.get(TailPacking.INT, offset + Integer.BYTES);
      return new Block(tails, offset, count, planes, channels);
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
}
