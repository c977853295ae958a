package org.ptilmpq.bench;

import java.util.random.RandomGenerator;

/** Spread of a workload's weights over the codes of a width. What kernels may do can depend on their size. */
public enum CodeDistribution {

  /**
   * The codes of normal weights as a quantizer leaves them: rounded, and clipped where the width ends, at 2 + b/4
   * standard deviations. That is 2.75 for 3 bits and 4 for 8, close to where the mean squared error is least (Max 1960,
   * table II: 2.3 and 3.9), and the mean level is 1.1 or 25.
   */
  NORMAL {
    @Override
    int next(RandomGenerator random, int bits) {
      int end = 1 << bits - 1;
      double deviation = end / (2 + bits / 4.0);
      return (int) Math.clamp(Math.rint(random.nextGaussian() * deviation), -end, end - 1);
    }
  },

  /** Every code as often as any other, which has the largest sums: 64 is the mean level of 8 bits, 2 that of 3. */
  UNIFORM {
    @Override
    int next(RandomGenerator random, int bits) {
      return random.nextInt() >> Integer.SIZE - bits;
    }
  };

  /**
   * Draws a code.
   *
   * @param bits of a code in two's complement, 1…8
   */
  abstract int next(RandomGenerator random, int bits);
}
