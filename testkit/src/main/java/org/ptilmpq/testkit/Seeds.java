package org.ptilmpq.testkit;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Random generators whose seed is printed, and can be given with {@code -Dptilmpq.seed=N} to repeat a failure. */
public final class Seeds {

  private Seeds() {}

  /** A generator for one test; the line it prints is enough to repeat the test. */
  public static RandomGenerator random(String test, long defaultSeed) {
    long seed = Long.getLong("ptilmpq.seed", defaultSeed);
    System.out.println(test + ": -Dptilmpq.seed=" + seed);
    return RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(seed);
  }
}
