package org.ptilmpq.format;

/**
 * Maps the code of a weight to its integer level; the real weight is scale · level. A code of b bits is a two's
 * complement number v, −2^(b−1) … 2^(b−1)−1.
 */
public sealed interface Grid {

  /** The largest ratio and knee that a file can hold. */
  int MAX_PARAMETER = 255;

  /** The integer level of a signed code. */
  int level(int code);

  /** Evenly spaced with a zero: level = v. */
  record Uniform() implements Grid {
    @Override
    public int level(int code) {
      return code;
    }
  }

  /** Evenly spaced and symmetric, without a zero: level = 2v + 1, so that one bit holds −1 and 1. */
  record HalfStep() implements Grid {
    @Override
    public int level(int code) {
      return 2 * code + 1;
    }
  }

  /**
   * PTILMPQ's two regions on one integer grid: dense up to the knee, and beyond it steps that are {@code ratio} times
   * as wide (PWLQ's non-overlapping form, with the tail step an integer multiple of the dense one).
   * level = v where |v| ≤ knee, else sign(v) · (knee + (|v| − knee) · ratio).
   *
   * @param knee the shared boundary in dense steps, 0…255
   * @param ratio tail step over dense step, 1…255
   */
  record TwoRegion(int knee, int ratio) implements Grid {
    @Override
    public int level(int code) {
      int magnitude = Math.abs(code);
      return magnitude <= knee ? code : Integer.signum(code) * (knee + (magnitude - knee) * ratio);
    }
  }

  /**
   * Evenly spaced with a zero and hardly bounded: level = v, −2048…2047. The bit planes of a group of width b hold the
   * dense part of every level, its low b bits as a two's complement number, and a list beside them the few weights
   * whose rest is not zero: v = dense + tail · 2^b. Its "codes" are the levels themselves, whatever the width.
   */
  record SparseTails() implements Grid {

    /** Bits of a level in two's complement. */
    public static final int LEVEL_BITS = 12;

    /**
     * The most planes that a tail above a dense part of width b takes: 13 − b, one more than is left of a level's bits,
     * since the largest levels have a negative dense part (2047 = −1 + 2048).
     */
    public static int maxTailPlanes(int width) {
      return LEVEL_BITS + 1 - width;
    }

    @Override
    public int level(int code) {
      return code;
    }

    /** The part of a level that bit planes of width b hold, −2^(b−1) … 2^(b−1)−1. */
    public static int dense(int level, int width) {
      int unused = Integer.SIZE - width;
      return level << unused >> unused;
    }

    /** The rest of a level, in units of 2^b. */
    public static int tail(int level, int width) {
      return level - dense(level, width) >> width;
    }
  }
}
