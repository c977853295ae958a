package org.ptilmpq.testkit;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Random generators of tests. A plain run is the same each time: each test has a seed of its own. With {@code
 * -Dptilmpq.seed=BASE} each test's seed is drawn from the base and the test's name instead, so that runs with other
 * bases explore other inputs ({@code .ci/run} draws one), and a run with the same base repeats whatever failed.
 */
public final class Seeds {

  private Seeds() {}

  /**
   * Returns a generator for one test, and prints its seed with what to say on the command line to have it again.
   *
   * @param test the test's name, which is also what tells its seed from those of other tests with the same base
   * @param ownSeed the seed without a base
   */
  public static RandomGenerator random(String test, long ownSeed) {
    Long base = Long.getLong("ptilmpq.seed");
    long seed = base == null ? ownSeed : (base * 31 + test.hashCode()) * 31 + ownSeed;
    System.out.println(test + ": seed " + seed + (base == null ? "" : " from -Dptilmpq.seed=" + base));
    return generator(seed);
  }

  /**
   * Returns the same generator whatever the base: for a test that draws an example and says how close something comes
   * on it, which isn't promised for every other.
   */
  public static RandomGenerator example(long seed) {
    return generator(seed);
  }

  private static RandomGenerator generator(long seed) {
    return RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(seed);
  }
}
