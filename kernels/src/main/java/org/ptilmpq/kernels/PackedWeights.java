package org.ptilmpq.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The integer codes of a convolution in the bit-plane layout, as they lie in a mapped file.
 *
 * <p>Output channels are in packed order, in groups of equal width. A group of width b &gt; 0 is cut into blocks of 64
 * channels, the last one smaller. A block of m channels holds, for each input k and each plane p &lt; b, a
 * little-endian word of ⌈m/8⌉ bytes whose bit j is bit p of the code of the block's channel j: the word (k, p) starts
 * at byte (k·b + p)·⌈m/8⌉ of the block. Blocks follow each other, each starting at a multiple of 8 bytes, and 8 zero
 * bytes end the codes, so that eight bytes can be loaded at any word.
 *
 * <p>One word is thus a mask of channel lanes for one input, from which both inner products are made: levels for lanes
 * that multiply, indices for lanes that look up.
 *
 * <p>Blocks of {@link WeightGroup#sparseTails} have a second part in a segment of its own, one block after the other,
 * each starting at a multiple of 8 bytes: uint32 n and t, the n inputs at which any channel has a tail as ascending
 * uint32, and for each of these inputs the t planes of the tails, words as above. To a kernel a listed input is a
 * further row of t planes that counts 2^b times. 8 zero bytes end the segment; without such groups it is empty.
 */
public final class PackedWeights {

  /** Channels of a full block. */
  public static final int BLOCK = 64;

  /** Levels have at most 12 bits, so that a tail beyond b dense ones takes no more than 13 − b: one for the carry. */
  private static final int LEVEL_BITS = 12;

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final ValueLayout.OfInt COUNT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final int inputs;
  private final int channels;
  private final List<WeightGroup> groups;
  private final List<Block> blocks;
  private final int[] channelOrder;
  private final MemorySegment codes;
  private final MemorySegment tails;

  /**
   * A block of up to 64 channels of one group.
   *
   * @param firstChannel packed position of its first channel
   * @param channels number of channels
   * @param group the group it is cut from
   * @param offset of its first word in the codes, in bytes
   * @param tails where its tails are
   */
  public record Block(int firstChannel, int channels, WeightGroup group, long offset, TailRows tails) {

    /** Bytes of a word. */
    public int wordBytes() {
      return (channels + 7) / 8;
    }

    /** Bits of a code. */
    public int width() {
      return group.width();
    }

    /** Whether any of its channels has a tail. */
    public boolean hasTails() {
      return tails.count() > 0;
    }

    /** The largest magnitude of a level with its tail, whatever the codes and the tails are. */
    public int largestLevel() {
      return group.largestLevel() + tails.largest(width());
    }
  }

  /**
   * The inputs of a block at which any of its channels has a tail.
   *
   * @param count number of these inputs
   * @param planes bits of a tail, 0 without any
   * @param inputsAt where the list of inputs starts in the tails, in bytes
   * @param wordsAt where the planes of the first of them start
   */
  public record TailRows(int count, int planes, long inputsAt, long wordsAt) {

    static final TailRows NONE = new TailRows(0, 0, 0, 0);

    /** The largest magnitude that a tail adds to a level of {@code width} dense bits. */
    public int largest(int width) {
      return count == 0 ? 0 : 1 << planes - 1 + width;
    }
  }

  /**
   * Weights without tails.
   *
   * @param inputs weights of one output channel, input channels innermost, then kernel columns, then rows
   * @param channelOrder the output channel of each packed position, or an empty array for the identity
   * @throws IllegalArgumentException when the codes are shorter than the groups say
   */
  public PackedWeights(int inputs, List<WeightGroup> groups, int[] channelOrder, MemorySegment codes) {
    this(inputs, groups, channelOrder, codes, MemorySegment.NULL);
  }

  /**
   * @param inputs weights of one output channel, input channels innermost, then kernel columns, then rows
   * @param channelOrder the output channel of each packed position, or an empty array for the identity
   * @param tails of the groups with tails; empty without such groups
   * @throws IllegalArgumentException when codes or tails are shorter than the groups say, or tails have more planes
   *     than levels have bits
   */
  public PackedWeights(
      int inputs, List<WeightGroup> groups, int[] channelOrder, MemorySegment codes, MemorySegment tails) {
    this(inputs, groups, channelOrder, codes, tails, true);
  }

  private PackedWeights(
      int inputs,
      List<WeightGroup> groups,
      int[] channelOrder,
      MemorySegment codes,
      MemorySegment tails,
      boolean present) {
    this.inputs = inputs;
    this.groups = groups;
    this.channelOrder = channelOrder;
    this.codes = codes;
    this.tails = tails;
    List<Block> cut = new ArrayList<>();
    int channel = 0;
    long offset = 0;
    long tailOffset = 0;
    for (WeightGroup group : groups) {
      for (int done = 0; done < group.channels(); done += BLOCK) {
        int blockChannels = Math.min(BLOCK, group.channels() - done);
        boolean listed = present && group.tails() && group.width() > 0;
        TailRows rows = listed ? tailRows(group, tailOffset) : TailRows.NONE;
        Block block = new Block(channel + done, blockChannels, group, offset, rows);
        cut.add(block);
        offset += aligned((long) inputs * block.width() * block.wordBytes());
        if (listed) {
          long words = (long) rows.count() * rows.planes() * block.wordBytes();
          tailOffset += aligned(2L * Integer.BYTES + (long) rows.count() * Integer.BYTES + words);
        }
      }
      channel += group.channels();
    }
    this.blocks = List.copyOf(cut);
    this.channels = channel;
    if (present) {
      requireLength("codes", codes, offset);
      if (tailOffset > 0) {
        requireLength("tails", tails, tailOffset);
      }
    }
  }

  /**
   * Shapes without weights: enough to ask a {@link KernelSet} for its {@link KernelSet#scratch scratch}, which is
   * enough whatever the weights will be.
   */
  public static PackedWeights outline(int inputs, List<WeightGroup> groups, int[] channelOrder) {
    return new PackedWeights(inputs, groups, channelOrder, MemorySegment.NULL, MemorySegment.NULL, false);
  }

  private TailRows tailRows(WeightGroup group, long at) {
    requireLength("tails", tails, at + 2L * Integer.BYTES);
    int count = tails.get(COUNT, at);
    int planes = tails.get(COUNT, at + Integer.BYTES);
    int mostPlanes = LEVEL_BITS + 1 - group.width();
    boolean none = count == 0 && planes == 0;
    if (!none && (count < 1 || count > inputs || planes < 1 || planes > mostPlanes)) {
      throw new IllegalArgumentException(
          "tails of %d planes at %d inputs; there are %d inputs and levels of 12 bits"
              .formatted(planes, count, inputs));
    }
    long inputsAt = at + 2L * Integer.BYTES;
    return none ? TailRows.NONE : new TailRows(count, planes, inputsAt, inputsAt + (long) count * Integer.BYTES);
  }

  private static long aligned(long bytes) {
    return (bytes + 7) / 8 * 8;
  }

  private static void requireLength(String what, MemorySegment segment, long blockBytes) {
    if (segment.byteSize() < blockBytes + Long.BYTES) {
      throw new IllegalArgumentException(
          what + " have " + segment.byteSize() + " bytes, their groups need " + (blockBytes + Long.BYTES));
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

  /** The same weights, with their bytes elsewhere. */
  PackedWeights in(MemorySegment codes, MemorySegment tails) {
    return new PackedWeights(inputs, groups, channelOrder, codes, tails);
  }

  /** All codes; {@link Block#offset} says where a block's are. */
  public MemorySegment codes() {
    return codes;
  }

  /** All tails; empty where no group has any. */
  public MemorySegment tails() {
    return tails;
  }

  /** Codes and tails together. */
  public long byteSize() {
    return codes.byteSize() + tails.byteSize();
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
    return signed(code, block.width());
  }

  /** The input of a block's tail row, 0 ≤ row &lt; count; rows are in the order of their inputs. */
  public int tailInput(Block block, int row) {
    return tails.get(COUNT, block.tails().inputsAt() + (long) row * Integer.BYTES);
  }

  /** Bit j: bit {@code plane} of the tail of the block's channel j at the input of a tail row. */
  public long tailWord(Block block, int row, int plane) {
    int bytes = block.wordBytes();
    long word = tails.get(WORD, block.tails().wordsAt() + ((long) row * block.tails().planes() + plane) * bytes);
    return bytes == Long.BYTES ? word : word & (1L << 8 * bytes) - 1;
  }

  /** Bit j: whether the block's channel j has a tail at the input of a tail row. */
  public long tailChannels(Block block, int row) {
    long channels = 0;
    for (int plane = 0; plane < block.tails().planes(); plane++) {
      channels |= tailWord(block, row, plane);
    }
    return channels;
  }

  /** The signed tail of the block's channel j at the input of a tail row; it adds tail · 2^width to the level. */
  public int tail(Block block, int row, int j) {
    int tail = 0;
    for (int plane = 0; plane < block.tails().planes(); plane++) {
      tail |= (int) (tailWord(block, row, plane) >>> j & 1) << plane;
    }
    return signed(tail, block.tails().planes());
  }

  /** Unpacks the levels of the block's channel j, tails included: one per input, to the start of an array. */
  public void unpack(Block block, int j, int[] levels) {
    for (int k = 0; k < inputs; k++) {
      levels[k] = block.group().level(code(block, k, j));
    }
    for (int row = 0; row < block.tails().count(); row++) {
      levels[tailInput(block, row)] += tail(block, row, j) << block.width();
    }
  }

  /** The first of a block's tail rows whose input is k or a later one; their number if there is none. */
  public int firstTailRow(Block block, int k) {
    int low = 0;
    int high = block.tails().count();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (tailInput(block, middle) < k) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static int signed(int bits, int width) {
    int unused = Integer.SIZE - width;
    return width == 0 ? 0 : bits << unused >> unused;
  }
}
