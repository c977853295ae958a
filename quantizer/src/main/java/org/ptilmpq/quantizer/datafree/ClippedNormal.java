package org.ptilmpq.quantizer.datafree;

import org.ptilmpq.quantizer.graph.Clamp;

/**
 * Mean and variance of a normal variable after a clamp to [a, b] (a ReLU, a ReLU6): with α = (a − μ)/σ, β = (b − μ)/σ,
 * φ and Φ density and distribution of the standard normal,
 *
 * <pre>E[y]  = a Φ(α) + b (1 − Φ(β)) + μ (Φ(β) − Φ(α)) + σ (φ(α) − φ(β))
 * E[y²] = a² Φ(α) + b² (1 − Φ(β)) + (μ² + σ²)(Φ(β) − Φ(α)) + σ (μ + a) φ(α) − σ (μ + b) φ(β)</pre>
 *
 * <p>(Nagel et al. 2019, arXiv 1906.04721, appendix on the clipped normal distribution.)
 *
 * @param mean after the clamp
 * @param variance after the clamp, not negative
 */
record ClippedNormal(double mean, double variance) {

  private static final double ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

  /** Beyond this many standard deviations the normal density is zero in double arithmetic. */
  private static final double FAR = 38;

  /**
   * Clamps a normal variable.
   *
   * @param deviation σ, not negative; 0 for a constant
   */
  static ClippedNormal of(double mean, double deviation, Clamp clamp) {
    if (!(deviation > 0)) {
      return new ClippedNormal(Math.clamp(mean, clamp.low(), clamp.high()), 0);
    }
    if (clamp.low() > mean + FAR * deviation || clamp.high() < mean - FAR * deviation) {
      return new ClippedNormal(Math.clamp(mean, clamp.low(), clamp.high()), 0);
    }
    // A bound that no value reaches is as good as none, and infinity times zero is kept out of the sums.
    double low = Math.max(clamp.low(), mean - FAR * deviation);
    double high = Math.min(clamp.high(), mean + FAR * deviation);
    double below = (low - mean) / deviation;
    double above = (high - mean) / deviation;
    double belowShare = distribution(below);
    double aboveShare = distribution(-above);
    double between = 1 - belowShare - aboveShare;
    // About the mean, so that large means don't cancel.
    double a = low - mean;
    double b = high - mean;
    double first =
        a * belowShare + b * aboveShare + deviation * (density(below) - density(above));
    double second =
        a * a * belowShare + b * b * aboveShare
            + deviation * (deviation * between + a * density(below) - b * density(above));
    return new ClippedNormal(mean + first, Math.max(0, second - first * first));
  }

  private static double density(double x) {
    return StrictMath.exp(-x * x / 2) / ROOT_TWO_PI;
  }

  /**
   * Φ(x), from its Taylor series around 0 (all terms of one sign: Marsaglia 2004) where that converges soon, else from
   * the continued fraction of Mill's ratio for the tail.
   */
  private static double distribution(double x) {
    if (Math.abs(x) > FAR) {
      return x < 0 ? 0 : 1;
    }
    if (Math.abs(x) < 4) {
      double term = x;
      double sum = x;
      for (int i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) {
        term *= x * x / i;
        sum += term;
      }
      return 0.5 + sum * density(x);
    }
    double magnitude = Math.abs(x);
    double fraction = magnitude;
    for (int i = 60; i > 0; i--) {
      fraction = magnitude + i / fraction;
    }
    double tail = density(magnitude) / fraction;
    return x < 0 ? tail : 1 - tail;
  }
}
