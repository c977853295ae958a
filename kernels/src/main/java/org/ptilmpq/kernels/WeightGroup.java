package org.ptilmpq.kernels;

/**
 * Neighbouring output channels (in packed order) of one bit width on one grid. A code v, a two's complement number of
 * {@code width} bits, stands for the level
 * <ul>
 *   <li>{@code 2v + 1} with {@code halfStep},
 *   <li>otherwise {@code v} where |v| ≤ knee, and sign(v) · (knee + (|v| − knee) · ratio) beyond. With a ratio of 1
 *       that is v.
 * </ul>
 * With {@code tails} that is the dense part of the level; the few weights beyond the code's range also have a tail
 * ({@link PackedWeights}), and their level is dense + tail · 2^width.
 *
 * @param channels number of channels, at least 1
 * @param width bits of a code, 0…8; 0: every level is zero and nothing is stored
 * @param tails whether its blocks have lists of tails; only with levels that are their codes
 */
public record WeightGroup(int channels, int width, int knee, int ratio, boolean halfStep, boolean tails) {

  /** An evenly spaced grid with a zero. */
  public static WeightGroup uniform(int channels, int width) {
    return new WeightGroup(channels, width, 0, 1, false, false);
  }

  /** An evenly spaced symmetric grid of odd levels. */
  public static WeightGroup halfStep(int channels, int width) {
    return new WeightGroup(channels, width, 0, 1, true, false);
  }

  /** Fine steps up to the knee, and beyond it steps {@code ratio} times as wide. */
  public static WeightGroup twoRegion(int channels, int width, int knee, int ratio) {
    return new WeightGroup(channels, width, knee, ratio, false, false);
  }

  /** An evenly spaced grid of integer levels of up to 12 bits: dense codes of {@code width} bits, and sparse tails. */
  public static WeightGroup sparseTails(int channels, int width) {
    return new WeightGroup(channels, width, 0, 1, false, true);
  }

  /** The integer level of a signed code, without its tail. */
  public int level(int code) {
    if (width == 0) {
      return 0;
    }
    if (halfStep) {
      return 2 * code + 1;
    }
    int magnitude = Math.abs(code);
    return magnitude <= knee ? code : Integer.signum(code) * (knee + (magnitude - knee) * ratio);
  }

  /** The largest magnitude of a level without its tail, whatever the codes are. */
  public int largestLevel() {
    if (width == 0) {
      return 0;
    }
    int lowest = -1 << (width - 1);
    return Math.max(Math.abs(level(lowest)), Math.abs(level(-1 - lowest)));
  }
}
