package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;

/**
 * Which lane of a row of 32-bit sums belongs to which channel. A block of channels takes the same lanes in every row.
 *
 * @param evenOdd as look-ups leave them: of each vector of 16-bit lanes first the even ones, then the odd ones;
 *     otherwise lane after lane
 * @param first where the lanes of each block begin, counted over all blocks; its first channel is there
 * @param channels of each block
 * @param packed packed channel of each lane, −1 for a lane without one
 * @param byteOfChannel a vector of bytes' worth of lanes, with byte j of the words from the j-th vector of lanes: where
 *     the byte of each channel is
 * @param channelOfByte the other way round
 */
record SumLanes(
    boolean evenOdd, int[] first, int[] channels, int[] packed, byte[] byteOfChannel, byte[] channelOfByte) {

  /** @param evenOdd the order */
  static SumLanes of(PackedWeights weights, boolean evenOdd) {
    int blocks = weights.blocks().size();
    int[] first = new int[blocks];
    int[] channels = new int[blocks];
    int all = 0;
    for (int b = 0; b < blocks; b++) {
      channels[b] = weights.blocks().get(b).channels();
      first[b] = all;
      all += evenOdd ? PlaneIndices.vectors(channels[b]) * Lanes.SHORTS : channels[b];
    }
    int[] packed = new int[all];
    Arrays.fill(packed, -1);
    for (int b = 0; b < blocks; b++) {
      Block block = weights.blocks().get(b);
      for (int j = 0; j < block.channels(); j++) {
        packed[first[b] + (evenOdd ? evenOddLane(j) : j)] = block.firstChannel() + j;
      }
    }
    byte[] byteOfChannel = new byte[Lanes.BYTES];
    byte[] channelOfByte = new byte[Lanes.BYTES];
    for (int channel = 0; channel < Lanes.BYTES; channel++) {
      int lane = evenOdd ? evenOddLane(channel) : channel;
      int at = lane % Lanes.WORDS * Integer.BYTES + lane / Lanes.WORDS;
      byteOfChannel[channel] = (byte) at;
      channelOfByte[at] = (byte) channel;
    }
    return new SumLanes(evenOdd, first, channels, packed, byteOfChannel, channelOfByte);
  }

  /** Where the even-odd order puts a channel of a block. */
  static int evenOddLane(int channel) {
    int vector = channel / Lanes.SHORTS * Lanes.SHORTS;
    return vector + channel % 2 * Lanes.WORDS + channel % Lanes.SHORTS / 2;
  }

  /** The lane of a channel of a block, from the block's first on. */
  int laneOf(int channel) {
    return evenOdd ? evenOddLane(channel) : channel;
  }

  /** Spreads one number per packed channel to one per lane, with room for a vector of bytes' worth after the last. */
  float[] spread(float[] values) {
    float[] spread = new float[packed.length + Lanes.BYTES];
    for (int lane = 0; lane < packed.length; lane++) {
      spread[lane] = packed[lane] < 0 ? 0 : values[packed[lane]];
    }
    return spread;
  }
}
