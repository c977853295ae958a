package org.ptilmpq.kernels.scalar;

import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.WeightGroup;

/**
 * Sums over the weights of each channel: what the input's zero point is multiplied with, and the proof that no 32-bit
 * accumulator can overflow. Every weight is read once when a network is opened, before anything is compiled, so this is
 * plain arithmetic on whole words.
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
      boolean linear = block.group().halfStep() || block.group().ratio() == 1;
      if (linear && fitsWhateverTheCodes(block, weights.inputs())) {
        sumPlanes(weights, block, sums);
      } else {
        sumLevels(weights, block, sums);
      }
    }
    return sums;
  }

  /** Tails count only at the inputs that have some. */
  private static boolean fitsWhateverTheCodes(Block block, int inputs) {
    long dense = (long) inputs * block.group().largestLevel();
    long tails = (long) block.tails().count() * block.tails().largest(block.width());
    return (dense + tails) * MAX_INPUT <= Integer.MAX_VALUE;
  }

  /** A level that is linear in its code: the sum of codes is made of the numbers of bits set in each plane. */
  private static void sumPlanes(PackedWeights weights, Block block, int[] sums) {
    PlaneCounter counter = new PlaneCounter();
    for (int plane = 0; plane < block.width(); plane++) {
      counter.count(weights, block, plane);
      add(counter, block, plane < block.width() - 1 ? 1 << plane : -1 << plane, sums);
    }
    for (int plane = 0; plane < block.tails().planes(); plane++) {
      counter.countTails(weights, block, plane);
      int unit = plane < block.tails().planes() - 1 ? 1 << plane : -1 << plane;
      add(counter, block, unit << block.width(), sums);
    }
    if (block.group().halfStep()) {
      for (int j = 0; j < block.channels(); j++) {
        sums[block.firstChannel() + j] = 2 * sums[block.firstChannel() + j] + weights.inputs();
      }
    }
  }

  private static void add(PlaneCounter counter, Block block, int weight, int[] sums) {
    for (int j = 0; j < block.channels(); j++) {
      sums[block.firstChannel() + j] += counter.of(j) * weight;
    }
  }

  private static void sumLevels(PackedWeights weights, Block block, int[] sums) {
    for (int j = 0; j < block.channels(); j++) {
      long sum = 0;
      long magnitude = 0;
      int row = 0;
      for (int k = 0; k < weights.inputs(); k++) {
        int level = block.group().level(weights.code(block, k, j));
        if (row < block.tails().count() && weights.tailInput(block, row) == k) {
          level += weights.tail(block, row++, j) << block.width();
        }
        sum += level;
        magnitude += Math.abs(level);
      }
      int channel = block.firstChannel() + j;
      if (magnitude * MAX_INPUT > Integer.MAX_VALUE) {
        throw new ArithmeticException(
            "channel " + channel + ": sums can leave 32 bits (the magnitudes of its levels add up to " + magnitude
                + ")");
      }
      sums[channel] = (int) sum;
    }
  }
}
