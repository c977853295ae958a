package org.ptilmpq.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The integer codes of a convolution in the bit-plane layout, as they lie in a mapped file.
 *
 * <p>Output channels stand in packed order, in groups of equal width. A group of width b &gt; 0 is cut into blocks of 64
 * channels, the last one smaller. A block of m channels holds, for each input k and each plane p &lt; b, a little-endian
 * word of ⌈m/8⌉ bytes whose bit j is bit p of the code of the block's channel j: the word (k, p) starts at byte
 * (k·b + p)·⌈m/8⌉ of the block. Blocks follow each other, each starting at a multiple of 8 bytes, and 8 zero bytes end the
 * codes, so that eight bytes can be loaded at any word.
 *
 * <p>One word is thus a mask of channel lanes for one input, which both inner products are made from: levels for lanes
 * that multiply, indices for lanes that look up.
 */
public final class PackedWeights {

  /** Channels of a full block. */
  public static final int BLOCK = 64;

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final int inputs;
  private final int channels;
  private final List<Block> blocks;
  private final int[] channelOrder;
  private final MemorySegment codes;

  /**
   * A block of up to 64 channels of one group.
   *
   * @param firstChannel packed position of its first channel
   * @param channels how many
   * @param group the group it is cut from
   * @param offset of its first word in the codes, in bytes
   */
  public record Block(int firstChannel, int channels, WeightGroup group, long offset) {

    /** Bytes of a word. */
    public int wordBytes() {
      return (channels + 7) / 8;
    }

    /** Bits of a code. */
    public int width() {
      return group.width();
    }
  }

  /**
   * @param inputs weights of one output channel, input channels innermost, then kernel columns, then rows
   * @param channelOrder the output channel of each packed position, or an empty array for the identity
   * @throws IllegalArgumentException when the codes are shorter than the groups say
   */
  public PackedWeights(int inputs, List<WeightGroup> groups, int[] channelOrder, MemorySegment codes) {
    this.inputs = inputs;
    this.channelOrder = channelOrder;
    this.codes = codes;
    List<Block> cut = new ArrayList<>();
    int channel = 0;
    long offset = 0;
    for (WeightGroup group : groups) {
      for (int done = 0; done < group.channels(); done += BLOCK) {
        Block block = new Block(channel + done, Math.min(BLOCK, group.channels() - done), group, offset);
        cut.add(block);
        offset += ((long) inputs * block.width() * block.wordBytes() + 7) / 8 * 8;
      }
      channel += group.channels();
    }
    this.blocks = List.copyOf(cut);
    this.channels = channel;
    if (codes.byteSize() < offset + Long.BYTES) {
      throw new IllegalArgumentException(
          "codes have " + codes.byteSize() + " bytes, their groups need " + (offset + Long.BYTES));
    }
  }

  /** Weights of one output channel. */
  public int inputs() {
    return inputs;
  }

  /** Number of output channels. */
  public int channels() {
    return channels;
  }

  /** All blocks, in packed order. */
  public List<Block> blocks() {
    return blocks;
  }

  /** Whether packed positions are output channels. */
  public boolean isInOrder() {
    return channelOrder.length == 0;
  }

  /** The output channel at a packed position. */
  public int outputChannel(int position) {
    return channelOrder.length == 0 ? position : channelOrder[position];
  }

  /** Bit j: bit {@code plane} of the code of the block's channel j at input k. */
  public long word(Block block, int k, int plane) {
    int bytes = block.wordBytes();
    long word = codes.get(WORD, block.offset + ((long) k * block.width() + plane) * bytes);
    return bytes == Long.BYTES ? word : word & (1L << 8 * bytes) - 1;
  }

  /** The signed code of the block's channel j at input k. */
  public int code(Block block, int k, int j) {
    int code = 0;
    for (int plane = 0; plane < block.width(); plane++) {
      code |= (int) (word(block, k, plane) >>> j & 1) << plane;
    }
    int unused = Integer.SIZE - block.width();
    return block.width() == 0 ? 0 : code << unused >> unused;
  }
}
