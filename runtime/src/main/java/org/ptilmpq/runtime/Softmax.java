package org.ptilmpq.runtime;

/**
 * Probabilities of scores: p = exp(score − greatest) / Σ exp(scoreᵢ − greatest). In doubles, with {@link StrictMath} and
 * in index order, so that every machine gives the same bits; without an array of its own.
 */
final class Softmax {

  private Softmax() {}

  static double greatest(float[] scores) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      greatest = Math.max(greatest, score);
    }
    return greatest;
  }

  /** The sum that all classes share. */
  static double sum(float[] scores, double greatest) {
    double sum = 0;
    for (float score : scores) {
      sum += power(score, greatest);
    }
    return sum;
  }

  static double probability(float score, double greatest, double sum) {
    return power(score, greatest) / sum;
  }

  private static double power(float score, double greatest) {
    return StrictMath.exp(score - greatest);
  }
}
