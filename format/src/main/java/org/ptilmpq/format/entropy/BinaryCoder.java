package org.ptilmpq.format.entropy;

import java.util.Arrays;

/**
 * Codes one binary decision after the other, each by an adaptive probability. What to code is programmed once for both
 * directions: an encoder takes the bit it is given, a decoder finds the bit in its input, and both return it.
 *
 * <p>An adaptive probability ("context") is an int: the probability of a 1 in units of 2^−16, shifted left by 8, and
 * below it a count of how often the context was used, with which its learning rate 1/(count + 3/2) falls. The scheme is
 * that of the state maps of M. Mahoney's PAQ compressors (<i>Adaptive Weighing of Context Models for Lossless Data
 * Compression</i>, 2005).
 */
public abstract class BinaryCoder {

  /** Bits of a probability. */
  static final int SCALE = 16;

  /** Even odds. */
  static final int HALF = 1 << SCALE - 1;

  /** A probability comes no closer to 0 or 1 than this. */
  static final int LEAST = 32;

  /** The count that a context stops at. */
  static final int LIMIT = 127;

  private static final int COUNT_BITS = 8;
  private static final int COUNT_MASK = (1 << COUNT_BITS) - 1;
  private static final int RATE_BITS = 15;
  private static final int[] RATES = rates();

  private static int[] rates() {
    int[] rates = new int[LIMIT + 1];
    for (int count = 0; count <= LIMIT; count++) {
      rates[count] = (2 << RATE_BITS) / (2 * count + 3);
    }
    return rates;
  }

  /** Returns a context as if it had been used {@code count} times already. */
  public static int context(int probability, int count) {
    return Math.clamp(probability, LEAST, (1 << SCALE) - LEAST) << COUNT_BITS | count;
  }

  /** Contexts of even odds. */
  public static int[] contexts(int length, int count) {
    int[] contexts = new int[length];
    Arrays.fill(contexts, context(HALF, count));
    return contexts;
  }

  /** Whether the values to be coded are given, so that they are worth examining. */
  public abstract boolean isEncoding();

  /**
   * Codes a bit by a context, which learns from it.
   *
   * @param bit 0 or 1; ignored by a decoder
   * @return the bit
   */
  public final int bit(int[] contexts, int index, int bit) {
    int context = contexts[index];
    int probability = context >>> COUNT_BITS;
    int count = context & COUNT_MASK;
    int coded = code(probability, bit);
    probability += ((coded << SCALE) - probability) * RATES[count] >> RATE_BITS;
    contexts[index] = context(probability, Math.min(count + 1, LIMIT));
    return coded;
  }

  /**
   * Codes the lower bits of a number as they are, the highest first.
   *
   * @param count 0…31
   */
  public int bits(int value, int count) {
    int coded = 0;
    for (int shift = count - 1; shift >= 0; shift--) {
      coded = coded << 1 | code(HALF, value >>> shift & 1);
    }
    return coded;
  }

  /**
   * Codes a bit.
   *
   * @param probability of a 1, in units of 2^−16, neither 0 nor 2^16
   */
  public abstract int code(int probability, int bit);
}
