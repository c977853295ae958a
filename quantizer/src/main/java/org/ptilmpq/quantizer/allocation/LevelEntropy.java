package org.ptilmpq.quantizer.allocation;

import java.util.Arrays;

/** What the levels of a layer will take in a compressed file, before it is written. */
public final class LevelEntropy {

  /** Magnitudes of the level at the tap before that tell contexts apart; the first tap is one more. */
  private static final int CONTEXTS = 5;

  /** What a table takes, about. */
  private static final double TABLE_BITS = 100;

  private LevelEntropy() {}

  /**
   * Bits of all levels: their entropy, or where that is less their entropy given the size of the level before them at the
   * same input channel; with what the tables take.
   *
   * @param levels [channel][weight]
   * @param channels input channels, innermost among a channel's weights
   */
  public static double bits(short[][] levels, int channels) {
    double plain = entropy(levels, channels, false) + TABLE_BITS;
    return levels[0].length == channels
        ? plain
        : Math.min(plain, entropy(levels, channels, true) + CONTEXTS * TABLE_BITS);
  }

  private static double entropy(short[][] levels, int channels, boolean contexts) {
    int largest = 0;
    for (short[] channel : levels) {
      for (short level : channel) {
        largest = Math.max(largest, Math.abs(level));
      }
    }
    int[][] counts = new int[contexts ? CONTEXTS : 1][2 * largest + 1];
    for (short[] channel : levels) {
      for (int k = 0; k < channel.length; k++) {
        int context = !contexts ? 0 : k < channels ? CONTEXTS - 1 : Math.min(3, Math.abs(channel[k - channels]));
        counts[context][channel[k] + largest]++;
      }
    }
    double bits = 0;
    for (int[] table : counts) {
      double total = Arrays.stream(table).sum();
      for (int count : table) {
        if (count > 0) {
          bits -= count * Math.log(count / total) / Math.log(2);
        }
      }
    }
    return bits;
  }
}
