package org.ptilmpq.quantizer.reference;

/** Probabilities of classes from their scores, in double and without overflow. */
public final class Softmax {

  private Softmax() {}

  /** {@code exp(score) / Σ exp}. */
  public static double[] probabilities(float[] scores) {
    double log = logSumExp(scores);
    double[] probabilities = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      probabilities[i] = Math.exp(scores[i] - log);
    }
    return probabilities;
  }

  /** {@code KL(softmax p ‖ softmax q) = Σ softmax(p) · (log softmax(p) − log softmax(q))}, in nats, not negative. */
  public static double divergence(float[] p, float[] q) {
    double logP = logSumExp(p);
    double logQ = logSumExp(q);
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      double log = p[i] - logP;
      sum += Math.exp(log) * (log - (q[i] - logQ));
    }
    return Math.max(0, sum);
  }

  private static double logSumExp(float[] scores) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      greatest = Math.max(greatest, score);
    }
    double sum = 0;
    for (float score : scores) {
      sum += Math.exp(score - greatest);
    }
    return greatest + Math.log(sum);
  }
}
