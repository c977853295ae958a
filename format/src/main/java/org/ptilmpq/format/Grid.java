package org.ptilmpq.format;

/**
 * From the code of a weight to its integer level; the real weight is scale · level. A code of b bits is a two's
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
   * as wide (PWLQ's non-overlapping form, with the tail step a whole multiple of the dense one).
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
}
