package org.ptilmpq.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Converts weight codes to and from the bit-plane layout of a {@code .pq} file.
 *
 * <p>A {@link ChannelGroup} of width b &gt; 0 is cut into blocks of 64 channels, the last one smaller. A block of m
 * channels holds, for each input k and each plane p &lt; b, a little-endian word of ⌈m/8⌉ bytes whose bit j is bit p
 * of the code of the block's channel j:
 *
 * <pre>
 *   byte (k·b + p)·⌈m/8⌉ of the block        next byte
 *   bit   7  6  5  4  3  2  1  0        15 14 13 12 11 10  9  8
 *        c7 c6 c5 c4 c3 c2 c1 c0       c15           …       c8       bit p of each channel's code at input k
 * </pre>
 *
 * Each block starts at a multiple of 8 bytes; 8 zero bytes end the codes, so that eight bytes can be loaded at any
 * word. Bits beyond a block's channels and bytes between blocks are zero. A group of width 0 stores nothing.
 */
public final class BitPacking {

  /** Channels of a full block. */
  public static final int BLOCK = 64;

  /** Zero bytes after the last block. */
  static final int TAIL = Long.BYTES;

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private BitPacking() {}

  /**
   * A block of a layer.
   *
   * @param group that it is cut out of
   * @param first packed position of its first channel
   * @param channels up to {@link #BLOCK}
   * @param offset of its words in the layer's codes, in bytes
   * @param end offset of the next block
   */
  record Block(ChannelGroup group, int first, int channels, long offset, long end) {
    int width() {
      return group.width();
    }
  }

  /** The blocks of a layer in the order of their codes, those of groups of width 0 included. */
  static List<Block> blocks(List<ChannelGroup> groups, int inputs) {
    List<Block> blocks = new ArrayList<>();
    long offset = 0;
    int position = 0;
    for (ChannelGroup group : groups) {
      for (int done = 0; done < group.channels(); done += BLOCK) {
        int channels = Math.min(BLOCK, group.channels() - done);
        long end = offset + blockBytes(inputs, group.width(), channels);
        blocks.add(new Block(group, position + done, channels, offset, end));
        offset = end;
      }
      position += group.channels();
    }
    return blocks;
  }

  /** Length of the packed codes of a layer, in bytes: never 0, as the zero bytes at the end count. */
  public static long codesBytes(int inputs, List<ChannelGroup> groups) {
    long bytes = TAIL;
    for (ChannelGroup group : groups) {
      int full = group.channels() / BLOCK;
      bytes += full * blockBytes(inputs, group.width(), BLOCK);
      bytes += blockBytes(inputs, group.width(), group.channels() % BLOCK);
    }
    return bytes;
  }

  /** Length of one block, in bytes, with the zero bytes that follow it. */
  public static long blockBytes(int inputs, int width, int channels) {
    return ((long) inputs * width * wordBytes(channels) + 7) / 8 * 8;
  }

  /** Length of the word that holds one plane of one input, in bytes. */
  static int wordBytes(int channels) {
    return (channels + 7) / 8;
  }

  /**
   * Packs the low bits of a layer's codes.
   *
   * @param codes [packed position][input], of the right shape; the row of a channel of width 0 may be null
   * @throws IllegalArgumentException when the layer would take more than 2 GiB
   */
  static MemorySegment pack(List<ChannelGroup> groups, int inputs, short[][] codes) {
    long bytes = codesBytes(inputs, groups);
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a layer's codes would take " + bytes + " bytes; 2 GiB is the limit");
    }
    MemorySegment packed = MemorySegment.ofArray(new byte[(int) bytes]);
    for (Block block : blocks(groups, inputs)) {
      if (block.width() > 0) {
        pack(packed, block, inputs, codes);
      }
    }
    return packed;
  }

  private static void pack(MemorySegment packed, Block block, int inputs, short[][] codes) {
    int wordBytes = wordBytes(block.channels);
    long[] words = new long[block.width()];
    long offset = block.offset;
    for (int k = 0; k < inputs; k++) {
      Arrays.fill(words, 0);
      for (int j = 0; j < block.channels; j++) {
        int code = codes[block.first + j][k];
        for (int plane = 0; plane < words.length; plane++) {
          words[plane] |= (long) (code >> plane & 1) << j;
        }
      }
      for (long word : words) {
        // Stores eight bytes whatever the word's length: the excess is zero, in the next word's place.
        packed.set(WORD, offset, word);
        offset += wordBytes;
      }
    }
  }

  /**
   * The signed codes of a layer, [packed position][input]; zeros for channels of width 0.
   *
   * @param packed at least {@link #codesBytes} bytes in the bit-plane layout
   */
  static short[][] unpack(List<ChannelGroup> groups, int inputs, MemorySegment packed) {
    int channels = groups.stream().mapToInt(ChannelGroup::channels).sum();
    short[][] codes = new short[channels][inputs];
    for (Block block : blocks(groups, inputs)) {
      unpack(packed, block, inputs, codes);
    }
    return codes;
  }

  private static void unpack(MemorySegment packed, Block block, int inputs, short[][] codes) {
    int wordBytes = wordBytes(block.channels);
    int width = block.width();
    long offset = block.offset;
    for (int k = 0; k < inputs; k++) {
      for (int plane = 0; plane < width; plane++) {
        long word = packed.get(WORD, offset);
        // The last plane is the sign: its bit fills all higher ones.
        int bits = plane == width - 1 ? -(1 << plane) : 1 << plane;
        for (int j = 0; j < block.channels; j++) {
          if ((word >>> j & 1) != 0) {
            codes[block.first + j][k] |= (short) bits;
          }
        }
        offset += wordBytes;
      }
    }
  }

  /**
   * The signed code of channel {@code j} at input {@code k} of one block.
   *
   * @param block its words
   * @param channels of the block
   */
  static int code(MemorySegment block, int width, int channels, int k, int j) {
    int wordBytes = wordBytes(channels);
    int code = 0;
    for (int plane = 0; plane < width; plane++) {
      long at = ((long) k * width + plane) * wordBytes + j / 8;
      code |= (block.get(ValueLayout.JAVA_BYTE, at) >> j % 8 & 1) << plane;
    }
    int unused = Integer.SIZE - width;
    return code << unused >> unused;
  }
}
