package org.ptilmpq.runtime;

/**
 * The probabilities of scores: p = exp(score − greatest) / Σ exp(scoreᵢ − greatest). In doubles, with {@link
 * StrictMath} and in index order, so that every machine gives the same bits; without an array of its own.
 *
 * <p>A network with one output tells one class from its absence, whose score is 0: for a single score, the probability
 * is the logistic function, 1 / (1 + exp(−score)).
 */
final class Softmax {

  /** Score of the absence of a network's only class. */
  private static final double ABSENT = 0;

  private Softmax() {}

  /** The greatest score, that of a single class's absence included. */
  static double greatest(float[] scores) {
    double greatest = scores.length == 1 ? ABSENT : Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      greatest = Math.max(greatest, score);
    }
    return greatest;
  }

  /** The sum that all classes share. */
  static double sum(float[] scores, double greatest) {
    double sum = scores.length == 1 ? power(ABSENT, greatest) : 0;
    for (float score : scores) {
      sum += power(score, greatest);
    }
    return sum;
  }

  static double probability(float score, double greatest, double sum) {
    return power(score, greatest) / sum;
  }

  private static double power(double score, double greatest) {
    return StrictMath.exp(score - greatest);
  }
}
