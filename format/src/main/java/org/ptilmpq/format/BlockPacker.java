package org.ptilmpq.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Packs the codes of a layer as they are decoded, a row of up to 64 channels at a time, into the bit planes of
 * {@link BitPacking} and the tails of {@link TailPacking}. A code that the group can't hold is a fault of the file.
 */
final class BlockPacker {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long LOWEST_BITS = 0x0101_0101_0101_0101L;

  /** Moves the lowest bit of each byte into the highest byte, the first byte's to its lowest bit. */
  private static final long GATHER = 0x0102_0408_1020_4080L;

  private final int inputs;
  private final MemorySegment codes;
  private long codesOffset;
  private final TailPacking.ByteList tails = new TailPacking.ByteList();

  private final byte[] lowBytes = new byte[BitPacking.BLOCK];
  private byte[] planes = new byte[0];
  private int planesEnd;
  private ChannelGroup group;
  private int channels;

  /** Inputs of the block with tails, and the tails at each. */
  private int[] listed = new int[16];

  private short[] listedTails = new short[16 * BitPacking.BLOCK];
  private int listedCount;
  private int tailPlanes;

  /** Σ |level| of each channel of the block; null when it can't exceed the limit. */
  private long[] sums;

  /** @param codes filled with zeros, of the length that follows from the groups */
  BlockPacker(int inputs, MemorySegment codes) {
    this.inputs = inputs;
    this.codes = codes;
  }

  void startBlock(ChannelGroup blockGroup, int blockChannels) {
    group = blockGroup;
    channels = blockChannels;
    int bytes = inputs * group.width() * BitPacking.wordBytes(channels);
    if (planes.length < bytes + Long.BYTES) {
      planes = new byte[bytes + Long.BYTES];
    }
    planesEnd = 0;
    listedCount = 0;
    tailPlanes = 0;
    Arrays.fill(lowBytes, (byte) 0);
    sums = inputs * WeightsVerifier.maxLevel(group) <= WeightsVerifier.MAX_SUM ? null : new long[channels];
  }

  /**
   * Packs the codes at the next input of the block.
   *
   * @param levels one per channel
   */
  void row(int input, int[] levels) throws PqFormatException {
    int width = group.width();
    int half = 1 << width - 1;
    int beyond = 0;
    for (int j = 0; j < channels; j++) {
      int level = levels[j];
      lowBytes[j] = (byte) level;
      beyond |= level + half >> width;
    }
    if (beyond != 0) {
      tails(input, levels);
    }
    if (sums != null) {
      addUp(levels);
    }
    int wordBytes = BitPacking.wordBytes(channels);
    for (int plane = 0; plane < width; plane++) {
      long word = 0;
      for (int at = 0; at < wordBytes; at++) {
        long eight = (long) LONGS.get(lowBytes, 8 * at);
        word |= ((eight >>> plane & LOWEST_BITS) * GATHER >>> 56) << 8 * at;
      }
      // Eight bytes whatever the word's length: the excess is zero, in the next word's place.
      LONGS.set(planes, planesEnd, word);
      planesEnd += wordBytes;
    }
  }

  private void tails(int input, int[] levels) throws PqFormatException {
    if (!(group.grid() instanceof Grid.SparseTails)) {
      throw new PqFormatException("a code at input " + input + " does not fit " + group.width() + " bits");
    }
    if (listedCount == listed.length) {
      listed = Arrays.copyOf(listed, 2 * listedCount);
      listedTails = Arrays.copyOf(listedTails, 2 * listedCount * BitPacking.BLOCK);
    }
    int least = -(1 << Grid.SparseTails.LEVEL_BITS - 1);
    for (int j = 0; j < channels; j++) {
      if (levels[j] < least || levels[j] >= -least) {
        throw new PqFormatException("level " + levels[j] + " at input " + input + " is not from −2048 to 2047");
      }
      int tail = Grid.SparseTails.tail(levels[j], group.width());
      listedTails[listedCount * BitPacking.BLOCK + j] = (short) tail;
      tailPlanes = Math.max(tailPlanes, TailPacking.planes(tail));
    }
    listed[listedCount++] = input;
  }

  private void addUp(int[] levels) throws PqFormatException {
    for (int j = 0; j < channels; j++) {
      sums[j] += Math.abs(group.grid().level(levels[j]));
      if (sums[j] > WeightsVerifier.MAX_SUM) {
        throw new PqFormatException(
            "levels of a channel add up to more than " + WeightsVerifier.MAX_SUM + ", which 32-bit sums can't hold");
      }
    }
  }

  void finishBlock() {
    MemorySegment.copy(planes, 0, codes, ValueLayout.JAVA_BYTE, codesOffset, planesEnd);
    codesOffset += BitPacking.blockBytes(inputs, group.width(), channels);
    if (TailPacking.hasTails(group)) {
      tails.putInt(listedCount);
      tails.putInt(tailPlanes);
      for (int i = 0; i < listedCount; i++) {
        tails.putInt(listed[i]);
      }
      for (int i = 0; i < listedCount; i++) {
        TailPacking.putWords(tails, listedTails, i * BitPacking.BLOCK, channels, tailPlanes);
      }
      TailPacking.pad(tails);
    }
  }

  /** The tails of all blocks; empty for a layer without any group of that grid. */
  byte[] finishTails() {
    if (tails.size() > 0) {
      tails.putBytes(0, BitPacking.TAIL);
    }
    return tails.toArray();
  }
}
