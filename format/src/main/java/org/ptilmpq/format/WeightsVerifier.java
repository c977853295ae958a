package org.ptilmpq.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Iterator;
import java.util.List;

/** Checks the rules of one convolution's weights, down to the last bit of its codes. */
final class WeightsVerifier {

  /** The largest Σ |level| of one output channel. */
  static final long MAX_SUM = Integer.MAX_VALUE / ModelLimits.MAX_BYTE;

  /** How much of the weights is present to be checked. */
  enum Extent {
    /** Only the groups: a compressed file before its channels are decoded. */
    GROUPS,
    /** Also the scales, biases and order of the channels. */
    CHANNELS,
    /** Everything. */
    CODES
  }

  private final ModelVerifier.Places places;
  private final Extent extent;

  /** A copy in which codes are examined: plain arrays are fast from the first call on, before anything is compiled. */
  private final byte[] chunk = new byte[1 << 14];

  WeightsVerifier(ModelVerifier.Places places, Extent extent) {
    this.places = places;
    this.extent = extent;
  }

  /**
   * @param index of the operation
   * @param channels of its output
   * @param parts that packed positions are cut into and no channel group or permutation crosses
   */
  void verify(int index, Weights weights, int channels, int parts) throws PqFormatException {
    checkGroups(index, weights.groups(), channels, channels / parts);
    if (extent.compareTo(Extent.CHANNELS) >= 0) {
      checkChannels(index, weights, channels);
      checkOrder(index, weights.channelOrder(), channels, channels / parts);
    }
    if (extent.compareTo(Extent.CODES) >= 0) {
      checkCodes(index, weights);
      new TailsVerifier(places).verify(index, weights);
      checkSums(index, weights);
    }
  }

  private void checkChannels(int index, Weights weights, int channels) throws PqFormatException {
    if (weights.scales().length != channels || weights.biases().length != channels) {
      throw places.operation(
          index,
          "weights.scales",
          "%d scales and %d biases for %d channels"
              .formatted(weights.scales().length, weights.biases().length, channels));
    }
    for (int i = 0; i < channels; i++) {
      float scale = weights.scales()[i];
      float bias = weights.biases()[i];
      // Written so that NaN also fails.
      if (!(scale >= ModelLimits.MIN_WEIGHT_SCALE && scale <= ModelLimits.MAX_WEIGHT_SCALE)) {
        throw places.operation(index, "weights.scales[" + i + "]", scale + " is not from 2^-60 to 2^30");
      }
      if (!(Math.abs(bias) <= ModelLimits.MAX_BIAS)) {
        throw places.operation(index, "weights.biases[" + i + "]", bias + " is not from -2^60 to 2^60");
      }
    }
  }

  private void checkGroups(int index, List<ChannelGroup> groups, int channels, int partChannels)
      throws PqFormatException {
    long position = 0;
    for (int i = 0; i < groups.size(); i++) {
      ChannelGroup group = groups.get(i);
      String field = "weights.groups[" + i + "]";
      if (group.channels() < 1 || position + group.channels() > channels) {
        throw places.operation(
            index,
            field + ".channels",
            "%d channels from position %d on, of %d".formatted(group.channels(), position, channels));
      }
      if (group.width() < 0 || group.width() > ModelLimits.MAX_WIDTH) {
        throw places.operation(index, field + ".width", group.width() + " is not from 0 to 8");
      }
      if (group.width() == 0 && !(group.grid() instanceof Grid.Uniform)) {
        throw places.operation(index, field + ".grid", "channels without codes have the uniform grid");
      }
      if (group.grid() instanceof Grid.TwoRegion(int knee, int ratio)
          && (knee < 0 || knee > Grid.MAX_PARAMETER || ratio < 1 || ratio > Grid.MAX_PARAMETER)) {
        throw places.operation(index, field + ".knee", "knee " + knee + ", ratio " + ratio);
      }
      long last = position + group.channels() - 1;
      if (position / partChannels != last / partChannels) {
        throw places.operation(index, field + ".channels", "reaches across the convolution's groups");
      }
      position = last + 1;
    }
    if (position != channels) {
      throw places.operation(index, "weights.groups", position + " channels in groups, of " + channels);
    }
  }

  private void checkOrder(int index, int[] order, int channels, int partChannels) throws PqFormatException {
    if (order.length == 0) {
      return;
    }
    if (order.length != channels) {
      throw places.operation(index, "weights.order", order.length + " entries for " + channels + " channels");
    }
    boolean[] taken = new boolean[channels];
    for (int position = 0; position < channels; position++) {
      int channel = order[position];
      if (channel < 0 || channel >= channels || taken[channel]) {
        throw places.operation(
            index, "weights.order[" + position + "]", channel + ": not a permutation of " + channels + " channels");
      }
      if (channel / partChannels != position / partChannels) {
        throw places.operation(
            index, "weights.order[" + position + "]", channel + " lies in another of the convolution's groups");
      }
      taken[channel] = true;
    }
  }

  private void checkCodes(int index, Weights weights) throws PqFormatException {
    MemorySegment codes = weights.codes();
    long expected = BitPacking.codesBytes(weights.inputs(), weights.groups());
    if (codes.byteSize() != expected) {
      throw places.operation(
          index, "weights.codes", codes.byteSize() + " bytes of codes, where the groups make " + expected);
    }
    for (BitPacking.Block block : BitPacking.blocks(weights.groups(), weights.inputs())) {
      long words = (long) weights.inputs() * block.width();
      checkUnusedBits(index, codes, block.offset(), words, block.channels());
      checkZeros(index, codes, block.offset() + words * BitPacking.wordBytes(block.channels()), block.end());
    }
    checkZeros(index, codes, expected - BitPacking.TAIL, expected);
  }

  /** A kernel may take a whole word as lanes: lanes without a channel must be zero. */
  private void checkUnusedBits(int index, MemorySegment codes, long offset, long words, int channels)
      throws PqFormatException {
    if (channels % 8 == 0) {
      return;
    }
    int wordBytes = BitPacking.wordBytes(channels);
    int unused = 0xFF << channels % 8 & 0xFF;
    long end = offset + words * wordBytes;
    int full = chunk.length / wordBytes * wordBytes;
    for (long from = offset; from < end; from += full) {
      int bytes = (int) Math.min(full, end - from);
      MemorySegment.copy(codes, ValueLayout.JAVA_BYTE, from, chunk, 0, bytes);
      for (int last = wordBytes - 1; last < bytes; last += wordBytes) {
        if ((chunk[last] & unused) != 0) {
          throw places.operation(
              index,
              "weights.codes",
              "byte %d of them has bits beyond the block's %d channels".formatted(from + last, channels));
        }
      }
    }
  }

  private void checkZeros(int index, MemorySegment codes, long from, long end) throws PqFormatException {
    for (long offset = from; offset < end; offset++) {
      if (codes.get(ValueLayout.JAVA_BYTE, offset) != 0) {
        throw places.operation(index, "weights.codes", "byte " + offset + " of them is padding, but not zero");
      }
    }
  }

  /** Checks that Σ |level| · 128 of a channel fits 32-bit integers, so that no order of summing can overflow. */
  private void checkSums(int index, Weights weights) throws PqFormatException {
    Iterator<TailPacking.Block> tailBlocks = TailPacking.blocks(weights).iterator();
    for (BitPacking.Block block : BitPacking.blocks(weights.groups(), weights.inputs())) {
      TailPacking.Block tails = TailPacking.hasTails(block.group()) ? tailBlocks.next() : null;
      if (weights.inputs() * maxLevel(block.group()) > MAX_SUM) {
        checkBlockSums(index, weights, block, tails);
      }
    }
  }

  /** @param tails of the block, or null when its grid has none */
  private void checkBlockSums(int index, Weights weights, BitPacking.Block block, TailPacking.Block tails)
      throws PqFormatException {
    int inputs = weights.inputs();
    int channels = block.channels();
    ChannelGroup group = block.group();
    MemorySegment codes = weights.codes().asSlice(block.offset(), block.end() - block.offset());
    long[] sums = new long[channels];
    int nextTail = 0;
    for (int k = 0; k < inputs; k++) {
      boolean tail = tails != null && nextTail < tails.count() && tails.input(nextTail) == k;
      for (int j = 0; j < channels; j++) {
        int level = group.grid().level(BitPacking.code(codes, group.width(), channels, k, j));
        sums[j] += Math.abs(tail ? level + (tails.tail(nextTail, j) << group.width()) : level);
      }
      nextTail += tail ? 1 : 0;
    }
    for (int j = 0; j < channels; j++) {
      if (sums[j] > MAX_SUM) {
        throw places.operation(
            index,
            "weights.codes",
            "levels of packed channel %d add up to %d, which 32-bit sums can't hold; %d is the limit"
                .formatted(block.first() + j, sums[j], MAX_SUM));
      }
    }
  }

  /** The largest magnitude that a code of the group can represent. */
  static long maxLevel(ChannelGroup group) {
    if (group.width() == 0) {
      return 0;
    }
    if (group.grid() instanceof Grid.SparseTails) {
      return 1 << Grid.SparseTails.LEVEL_BITS - 1;
    }
    int least = -(1 << group.width() - 1);
    return Math.max(Math.abs(group.grid().level(least)), Math.abs(group.grid().level(-least - 1)));
  }
}
