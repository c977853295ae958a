package org.ptilmpq.kernels;

import java.util.random.RandomGenerator;

/** The kind of values that the inputs or the codes of a case have. */
enum Content {

  /** Evenly distributed. */
  RANDOM,

  /** All at the least value. */
  LEAST,

  /** All at the greatest value. */
  GREATEST,

  /**
   * Within one of the least or the greatest value, the sign decided by the input's number: where codes and inputs are
   * both of this kind every product is positive and large, so that sums grow as fast as they can and most of them are
   * odd.
   */
  ALIGNED,

  /** As {@code ALIGNED}, with the signs reversed after every {@link #TURN} inputs. */
  TURNING;

  static final int TURN = 250;

  /**
   * A value from −2^(bits−1) to 2^(bits−1) − 1.
   *
   * @param k number of the input, in the order of the weights
   */
  int value(RandomGenerator random, int bits, int k) {
    int half = 1 << bits - 1;
    return switch (this) {
      case RANDOM -> random.nextInt(-half, half);
      case LEAST -> -half;
      case GREATEST -> half - 1;
      case ALIGNED -> outermost(random, half, negative(k));
      case TURNING -> outermost(random, half, negative(k) ^ k / TURN % 2 == 1);
    };
  }

  private static boolean negative(int k) {
    return k * 0x9E3779B9 < 0;
  }

  private static int outermost(RandomGenerator random, int half, boolean negative) {
    int inward = Math.min(half - 1, random.nextInt(2));
    return negative ? -half + inward : half - 1 - inward;
  }
}
