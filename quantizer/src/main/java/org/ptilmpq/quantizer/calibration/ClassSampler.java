package org.ptilmpq.quantizer.calibration;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws vectors v of the scores' space with {@code E[v vᵀ] = diag(p) − p pᵀ}, the Fisher information of a softmax with
 * respect to its scores: {@code Σ_y p_y s_y s_yᵀ} with {@code s_y = ∇ log p_y = e_y − p}.
 *
 * <p>Drawing y from p itself would also be unbiased, but for a confident network nearly every draw gives almost nothing
 * and a rare one nearly all. So y is drawn in proportion to its share of the trace, {@code q_y ∝ p_y |s_y|²}, and
 * weighted by p/q (importance sampling): {@code v = s_y · √(p_y / q_y)} has the same length for every y. The draws of
 * one picture are spread systematically: draw j of n takes the class at {@code (j + u) / n} of q's cumulated sum, with
 * one uniform u.
 */
final class ClassSampler {

  private final double[] probabilities;
  private final double[] squaredLengths;

  /** Cumulated p_y |s_y|². */
  private final double[] cumulated;

  ClassSampler(double[] probabilities) {
    this.probabilities = probabilities;
    squaredLengths = new double[probabilities.length];
    cumulated = new double[probabilities.length];
    double squares = Arrays.stream(probabilities).map(p -> p * p).sum();
    double sum = 0;
    for (int y = 0; y < probabilities.length; y++) {
      double p = probabilities[y];
      squaredLengths[y] = Math.max(0, (1 - p) * (1 - p) + (squares - p * p));
      sum += p * squaredLengths[y];
      cumulated[y] = sum;
    }
  }

  /** Trace of the Fisher information: 1 − Σ p²; 0 when one class has all the probability. */
  double trace() {
    return cumulated[cumulated.length - 1];
  }

  /** Draws some vectors whose outer products have the Fisher information as their mean. */
  float[][] draw(int draws, SplittableRandom random) {
    double shift = random.nextDouble();
    float[][] vectors = new float[draws][];
    int y = 0;
    for (int draw = 0; draw < draws; draw++) {
      double place = (draw + shift) / draws * trace();
      while (y < cumulated.length - 1 && cumulated[y] <= place) {
        y++;
      }
      vectors[draw] = vector(y);
    }
    return vectors;
  }

  private float[] vector(int y) {
    float[] vector = new float[probabilities.length];
    double factor = squaredLengths[y] > 0 ? Math.sqrt(trace() / squaredLengths[y]) : 0;
    for (int k = 0; k < vector.length; k++) {
      vector[k] = (float) (factor * ((k == y ? 1 : 0) - probabilities[k]));
    }
    return vector;
  }
}
