package org.ptilmpq.format;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The codes of a layer as a packed file holds them: bit planes, and in a segment of its own the part of
 * {@link Grid.SparseTails} levels that the planes can't hold.
 *
 * @param codes the bit planes, {@link BitPacking}
 * @param tails the tails, {@link TailPacking}; empty without a group that can have any
 */
public record PackedCodes(MemorySegment codes, MemorySegment tails) {

  /**
   * Packs the codes of a layer.
   *
   * @param inputs weights of one output channel
   * @param codes [packed position][input]; of a group with sparse tails whole levels, −2048…2047. The row of a channel
   *     of width 0 is ignored and may be null
   * @throws IllegalArgumentException when there are not as many rows as channels or codes as inputs, when a code does
   *     not fit its group, or when the layer would take more than 2 GiB
   */
  public static PackedCodes pack(List<ChannelGroup> groups, int inputs, short[][] codes) {
    int channels = groups.stream().mapToInt(ChannelGroup::channels).sum();
    if (codes.length != channels) {
      throw new IllegalArgumentException(codes.length + " rows of codes for " + channels + " channels");
    }
    int position = 0;
    for (ChannelGroup group : groups) {
      for (int j = 0; j < group.channels() && group.width() > 0; j++) {
        check(codes[position + j], group, position + j, inputs);
      }
      position += group.channels();
    }
    return new PackedCodes(BitPacking.pack(groups, inputs, codes), TailPacking.pack(groups, inputs, codes));
  }

  private static void check(short[] codes, ChannelGroup group, int position, int inputs) {
    if (codes.length != inputs) {
      throw new IllegalArgumentException(
          "position " + position + " has " + codes.length + " codes for " + inputs + " inputs");
    }
    int bits = group.grid() instanceof Grid.SparseTails ? Grid.SparseTails.LEVEL_BITS : group.width();
    int least = -(1 << bits - 1);
    for (int k = 0; k < inputs; k++) {
      if (codes[k] < least || codes[k] >= -least) {
        throw new IllegalArgumentException(
            "code " + codes[k] + " at position " + position + ", input " + k + " does not fit " + bits + " bits");
      }
    }
  }

  /**
   * The signed codes of a layer, [packed position][input], for groups with sparse tails the whole levels; zeros for
   * channels of width 0.
   *
   * @param codes at least {@link BitPacking#codesBytes} bytes in the bit-plane layout
   * @param tails empty, or the tails of the same layer, verified
   */
  public static short[][] unpack(List<ChannelGroup> groups, int inputs, MemorySegment codes, MemorySegment tails) {
    short[][] whole = BitPacking.unpack(groups, inputs, codes);
    TailPacking.addTo(whole, groups, inputs, tails);
    return whole;
  }
}
