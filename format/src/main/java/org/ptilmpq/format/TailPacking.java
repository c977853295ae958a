package org.ptilmpq.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
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

  /** The planes that a tail takes in two's complement: 0 for 0, 1 for −1, 2 for −2 and 1, and so on. */
  static int planes(int tail) {
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
    int position = 0;
    for (ChannelGroup group : groups) {
      for (int done = 0; done < group.channels() && hasTails(group); done += BitPacking.BLOCK) {
        int channels = Math.min(BitPacking.BLOCK, group.channels() - done);
        packBlock(packed, group.width(), inputs, levels, position + done, channels);
      }
      position += group.channels();
    }
    packed.putBytes(0, BitPacking.TAIL);
    return MemorySegment.ofArray(packed.toArray());
  }

  private static void packBlock(
      ByteList packed, int width, int inputs, short[][] levels, int first, int channels) {
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

  /** Adds the tails of a layer to its dense parts, [packed position][input]. */
  static void addTo(short[][] dense, List<ChannelGroup> groups, int inputs, MemorySegment tails) {
    long offset = 0;
    int position = 0;
    for (ChannelGroup group : groups) {
      for (int done = 0; done < group.channels() && hasTails(group); done += BitPacking.BLOCK) {
        int channels = Math.min(BitPacking.BLOCK, group.channels() - done);
        TailBlock block = TailBlock.at(tails, offset, channels);
        for (int i = 0; i < block.count(); i++) {
          for (int j = 0; j < channels; j++) {
            dense[position + done + j][block.input(i)] += (short) (block.tail(i, j) << group.width());
          }
        }
        offset = block.end();
      }
      position += group.channels();
    }
  }
}
