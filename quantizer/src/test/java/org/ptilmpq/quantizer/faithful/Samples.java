package org.ptilmpq.quantizer.faithful;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Random weights. */
final class Samples {

  private Samples() {}

  static float[] gaussian(int count, double deviation, RandomGenerator random) {
    float[] weights = new float[count];
    for (int k = 0; k < count; k++) {
      weights[k] = (float) (deviation * random.nextGaussian());
    }
    return weights;
  }

  /** Returns Laplacian values of standard deviation √2 · scale. */
  static float[] laplace(int count, double scale, RandomGenerator random) {
    float[] weights = new float[count];
    for (int k = 0; k < count; k++) {
      weights[k] = (float) (scale * random.nextExponential() * (random.nextBoolean() ? 1 : -1));
    }
    return weights;
  }

  static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
