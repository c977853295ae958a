package org.ptilmpq.kernels.scalar;

import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;

/**
 * Sums over the weights of each channel: what the input's zero point is multiplied with, and the proof that no 32-bit
 * accumulator can overflow.
 */
public final class LevelSums {

  /** The largest magnitude of an input byte. */
  private static final long MAX_INPUT = 128;

  private LevelSums() {}

  /**
   * Σ level of each packed channel.
   *
   * @throws ArithmeticException when Σ |level| · 128 of a channel exceeds 2³¹ − 1, so that a sum could overflow
   */
  public static int[] of(PackedWeights weights) {
    int[] sums = new int[weights.channels()];
    for (Block block : weights.blocks()) {
      if (block.width() == 0) {
        continue;
      }
      for (int j = 0; j < block.channels(); j++) {
        long sum = 0;
        long magnitude = 0;
        for (int k = 0; k < weights.inputs(); k++) {
          int level = block.group().level(weights.code(block, k, j));
          sum += level;
          magnitude += Math.abs(level);
        }
        requireNoOverflow(magnitude, block.firstChannel() + j);
        sums[block.firstChannel() + j] = (int) sum;
      }
    }
    return sums;
  }

  /** Throws when a channel with this Σ |level| could overflow. */
  public static void requireNoOverflow(long magnitude, int channel) {
    if (magnitude * MAX_INPUT > Integer.MAX_VALUE) {
      throw new ArithmeticException(
          "channel " + channel + ": sums can leave 32 bits (the magnitudes of its levels add up to " + magnitude + ")");
    }
  }
}
