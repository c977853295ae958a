package org.ptilmpq.kernels.arithmetic;

import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;

/**
 * Sums over the weights of each channel: the factor of the input's zero point, and the proof that no 32-bit accumulator
 * can overflow. Every weight is read once when a network is opened, before anything is compiled, so this is plain
 * arithmetic on whole words.
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
    return of(weights, new PlaneCounter());
  }

  /**
   * Σ level of each packed channel.
   *
   * @param counter counts bits
   * @throws ArithmeticException when Σ |level| · 128 of a channel exceeds 2³¹ − 1, so that a sum could overflow
   */
  public static int[] of(PackedWeights weights, PlaneCounts counter) {
    int[] sums = new int[weights.channels()];
    int[] counts = new int[PlaneCounts.MAX_PLANES * PackedWeights.BLOCK];
    for (Block block : weights.blocks()) {
      if (block.width() == 0) {
        continue;
      }
      boolean linear = block.group().halfStep() || block.group().ratio() == 1;
      if (linear && fitsWhateverTheCodes(block, weights.inputs())) {
        counter.ofCodes(weights, block, counts);
        add(counts, block, block.width(), 0, sums);
        if (block.hasTails()) {
          counter.ofTails(weights, block, counts);
          add(counts, block, block.tails().planes(), block.width(), sums);
        }
        toHalfSteps(weights, block, sums);
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

  /**
   * Adds levels that are linear in their codes: the sum of codes is made of the numbers of bits set in each plane.
   *
   * @param first the lowest plane counts 1 &lt;&lt; first
   */
  private static void add(int[] counts, Block block, int planes, int first, int[] sums) {
    for (int plane = 0; plane < planes; plane++) {
      int weight = (plane < planes - 1 ? 1 << plane : -1 << plane) << first;
      for (int j = 0; j < block.channels(); j++) {
        sums[block.firstChannel() + j] += counts[plane * PackedWeights.BLOCK + j] * weight;
      }
    }
  }

  private static void toHalfSteps(PackedWeights weights, Block block, int[] sums) {
    for (int j = 0; j < block.channels() && block.group().halfStep(); j++) {
      sums[block.firstChannel() + j] = 2 * sums[block.firstChannel() + j] + weights.inputs();
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
