package org.ptilmpq.quantizer.reference;

/**
 * Probabilities of classes from their scores, in double and without overflow. A network with a single output tells one
 * class from its absence, whose score is 0: everything here then counts both.
 */
public final class Softmax {

  private Softmax() {}

  /** {@code exp(score) / Σ exp}; a single score gives two, the second for the absence of its class. */
  public static double[] probabilities(float[] output) {
    float[] scores = scores(output);
    double log = logSumExp(scores);
    double[] probabilities = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      probabilities[i] = Math.exp(scores[i] - log);
    }
    return probabilities;
  }

  /** {@code KL(softmax p ‖ softmax q) = Σ softmax(p) · (log softmax(p) − log softmax(q))}, in nats, not negative. */
  public static double divergence(float[] outputP, float[] outputQ) {
    float[] p = scores(outputP);
    float[] q = scores(outputQ);
    double logP = logSumExp(p);
    double logQ = logSumExp(q);
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      double log = p[i] - logP;
      sum += Math.exp(log) * (log - (q[i] - logQ));
    }
    return Math.max(0, sum);
  }

  /** The index of the greatest score, the first of equal ones; for a single score, 1 where its class is absent. */
  public static int likeliest(float[] output) {
    float[] scores = scores(output);
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return best;
  }

  private static float[] scores(float[] output) {
    return output.length == 1 ? new float[] {output[0], 0} : output;
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
