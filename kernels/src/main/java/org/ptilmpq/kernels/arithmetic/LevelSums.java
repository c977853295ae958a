package org.ptilmpq.kernels.arithmetic;

import java.util.Arrays;
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
    int[] levels = new int[weights.inputs()];
    for (int j = 0; j < block.channels(); j++) {
      weights.unpack(block, j, levels);
      long sum = 0;
      long magnitude = 0;
      for (int level : levels) {
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

  /** Counts how many inputs of each channel of a block have a bit set in each plane: [plane · 64 + channel]. */
  public interface PlaneCounts {

    /** The largest number of planes that codes or tails have. */
    int MAX_PLANES = 12;

    /** Counts the bits of the codes. */
    void ofCodes(PackedWeights weights, Block block, int[] counts);

    /** Counts the bits of the tails, over the inputs that have some. */
    void ofTails(PackedWeights weights, Block block, int[] counts);
  }

  /**
   * Counts, for 64 channels at once, how many inputs have a bit set in a plane. The 64 counters lie sideways: word i
   * holds bit i of all of them, so that full adders on words add a bit to every counter (carry-save addition; Harley
   * and Seal's population count, in columns).
   */
  private static final class PlaneCounter implements PlaneCounts {

    private final long[] digits = new long[Integer.SIZE];

    @Override
    public void ofCodes(PackedWeights weights, Block block, int[] counts) {
      for (int plane = 0; plane < block.width(); plane++) {
        count(weights, block, plane);
        take(block, counts, plane);
      }
    }

    @Override
    public void ofTails(PackedWeights weights, Block block, int[] counts) {
      for (int plane = 0; plane < block.tails().planes(); plane++) {
        Arrays.fill(digits, 0);
        for (int row = 0; row < block.tails().count(); row++) {
          add(weights.tailWord(block, row, plane), 0);
        }
        take(block, counts, plane);
      }
    }

    private void count(PackedWeights weights, Block block, int plane) {
      Arrays.fill(digits, 0);
      int k = 0;
      for (; k + 4 <= weights.inputs(); k += 4) {
        long a = weights.word(block, k, plane);
        long b = weights.word(block, k + 1, plane);
        long c = weights.word(block, k + 2, plane);
        long d = weights.word(block, k + 3, plane);
        // Two full adders on ones and a third on twos: four words give at most one carry into the fours.
        long ones = digits[0];
        long half = ones ^ a;
        long carry1 = ones & a | half & b;
        ones = half ^ b;
        half = ones ^ c;
        long carry2 = ones & c | half & d;
        digits[0] = half ^ d;
        long twos = digits[1];
        half = twos ^ carry1;
        long carry = twos & carry1 | half & carry2;
        digits[1] = half ^ carry2;
        add(carry, 2);
      }
      for (; k < weights.inputs(); k++) {
        add(weights.word(block, k, plane), 0);
      }
    }

    private void add(long carry, int digit) {
      for (int i = digit; carry != 0; i++) {
        long sum = digits[i];
        digits[i] = sum ^ carry;
        carry &= sum;
      }
    }

    private void take(Block block, int[] counts, int plane) {
      for (int j = 0; j < block.channels(); j++) {
        counts[plane * PackedWeights.BLOCK + j] = of(j);
      }
    }

    /** The count of the block's channel j. */
    private int of(int j) {
      int count = 0;
      for (int i = 0; i < digits.length; i++) {
        count |= (int) (digits[i] >>> j & 1) << i;
      }
      return count;
    }
  }
}
