package org.ptilmpq.quantizer.regions;

import java.util.Arrays;

/**
 * How the boundary p between dense and sparse region is found, from the weights of one channel with the greatest
 * magnitude m. The expected squared error of PWLQ's non-overlapping form, both regions of n = 2^(b−1) − 1 steps and
 * rounding errors even over a step, is
 *
 * <pre>E(p) = [ (m − p)² + m (2p − m) D(p) ] / (12 n²),   D(p) = 2F(p) − 1 the share of weights within p</pre>
 *
 * (Fang et al. 2020; it stands in for PTILMPQ's own, whose text is not public). The optimum doesn't depend
 * on b. It is sought in (0, m/2], where E is convex for bell-shaped weights.
 */
public enum RegionBoundary {

  /** The exact minimum of E for the channel's own distribution. */
  EMPIRICAL {
    @Override
    public double find(float[] weights, int from, int count) {
      double[] sorted = magnitudes(weights, from, count);
      double greatest = count == 0 ? 0 : sorted[count - 1];
      double best = greatest / 2;
      double least = Double.POSITIVE_INFINITY;
      // Between two magnitudes D is constant and E a parabola with its minimum at m (1 − D).
      for (int inside = 0; inside <= count; inside++) {
        double low = inside == 0 ? 0 : sorted[inside - 1];
        double high = Math.min(greatest / 2, inside == count ? greatest : sorted[inside]);
        if (low > high) {
          break;
        }
        double share = (double) inside / count;
        double p = Math.clamp(greatest * (1 - share), low, high);
        double error = expectedError(p, greatest, share);
        if (error < least) {
          least = error;
          best = p;
        }
      }
      return best;
    }
  },

  /** PWLQ's approximation for normal weights: p ≈ σ ln(0.8614 m/σ + 0.6079). */
  GAUSSIAN {
    @Override
    public double find(float[] weights, int from, int count) {
      return approximate(weights, from, count, m -> StrictMath.log(0.8614 * m + 0.6079));
    }
  },

  /** PWLQ's approximation for weights after Laplace: p ≈ σ (0.8030 √(m/σ) − 0.3167). */
  LAPLACE {
    @Override
    public double find(float[] weights, int from, int count) {
      return approximate(weights, from, count, m -> 0.8030 * Math.sqrt(m) - 0.3167);
    }
  };

  /** From the greatest magnitude to the boundary, both in standard deviations. */
  @FunctionalInterface
  private interface Approximation {
    double boundary(double greatest);
  }

  /**
   * The boundary of a channel, from 0 to half of its greatest magnitude.
   *
   * @param from index of the channel's first weight
   * @param count of its weights
   */
  public abstract double find(float[] weights, int from, int count);

  /**
   * 12 n² E(p): the expected squared error of a weight up to the factor that the number of steps makes.
   *
   * @param p boundary
   * @param greatest m
   * @param share of weights within p
   */
  public static double expectedError(double p, double greatest, double share) {
    return (greatest - p) * (greatest - p) + greatest * (2 * p - greatest) * share;
  }

  private static double[] magnitudes(float[] weights, int from, int count) {
    double[] magnitudes = new double[count];
    for (int k = 0; k < count; k++) {
      magnitudes[k] = Math.abs(weights[from + k]);
    }
    Arrays.sort(magnitudes);
    return magnitudes;
  }

  private static double approximate(float[] weights, int from, int count, Approximation approximation) {
    double squares = 0;
    double greatest = 0;
    for (int k = 0; k < count; k++) {
      double w = weights[from + k];
      squares += w * w;
      greatest = Math.max(greatest, Math.abs(w));
    }
    if (greatest == 0) {
      return 0;
    }
    double deviation = Math.sqrt(squares / count);
    return Math.clamp(deviation * approximation.boundary(greatest / deviation), 0, greatest / 2);
  }
}
