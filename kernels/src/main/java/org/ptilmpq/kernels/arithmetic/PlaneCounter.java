package org.ptilmpq.kernels.arithmetic;

import java.util.Arrays;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;

/**
 * Counts, for 64 channels at once, how many inputs have a bit set in a plane. The 64 counters lie sideways: word i
 * holds bit i of all of them, so that full adders on words add a bit to every counter (carry-save addition; Harley and
 * Seal's population count, in columns).
 */
final class PlaneCounter implements PlaneCounts {

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
