package org.ptilmpq.examples;

import java.util.SplittableRandom;

/**
 * A layer to try quantization on: heavy-tailed weights, and inputs that are correlated as they are after a ReLU.
 *
 * @param weights [output][input]
 * @param calibration samples of the inputs, [sample][input]
 * @param fresh as many others
 */
record MadeUpLayer(double[][] weights, double[][] calibration, double[][] fresh) {

  private static final int OUTPUTS = 64;
  private static final int INPUTS = 96;
  private static final int CAUSES = 24;
  private static final int SAMPLES = 2000;
  private static final double NOISE = 0.3;

  /** The layer of a seed. */
  static MadeUpLayer of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] weights = weights(random);
    double[][] mixing = mixing(random);
    return new MadeUpLayer(weights, inputs(mixing, random), inputs(mixing, random));
  }

  /** Draws weights from Laplace distributions: many small ones, a few far out; no two outputs of one size. */
  private static double[][] weights(SplittableRandom random) {
    double[][] weights = new double[OUTPUTS][INPUTS];
    for (double[] row : weights) {
      double size = Math.exp(0.5 * random.nextGaussian());
      for (int k = 0; k < INPUTS; k++) {
        row[k] = size * random.nextExponential() * (random.nextBoolean() ? 1 : -1);
      }
    }
    return weights;
  }

  private static double[][] mixing(SplittableRandom random) {
    double[][] mixing = new double[INPUTS][CAUSES];
    for (double[] row : mixing) {
      for (int cause = 0; cause < CAUSES; cause++) {
        row[cause] = random.nextGaussian() / Math.sqrt(CAUSES);
      }
    }
    return mixing;
  }

  /** Makes many inputs from a few common causes, some noise and a ReLU. */
  private static double[][] inputs(double[][] mixing, SplittableRandom random) {
    double[][] inputs = new double[SAMPLES][INPUTS];
    for (double[] x : inputs) {
      double[] causes = new double[CAUSES];
      for (int cause = 0; cause < CAUSES; cause++) {
        causes[cause] = random.nextGaussian();
      }
      for (int k = 0; k < INPUTS; k++) {
        double sum = NOISE * random.nextGaussian();
        for (int cause = 0; cause < CAUSES; cause++) {
          sum += mixing[k][cause] * causes[cause];
        }
        x[k] = Math.max(0, sum);
      }
    }
    return inputs;
  }

  /** Root of the mean square of each output's weights. */
  double[] deviations() {
    double[] deviations = new double[OUTPUTS];
    for (int c = 0; c < OUTPUTS; c++) {
      double squares = 0;
      for (double weight : weights[c]) {
        squares += weight * weight;
      }
      deviations[c] = Math.sqrt(squares / INPUTS);
    }
    return deviations;
  }

  /**
   * Covariance of the inputs over the calibration samples.
   *
   * @param damping share of the mean variance that is added to each input's
   */
  double[][] covariance(double damping) {
    double[] means = new double[INPUTS];
    for (double[] x : calibration) {
      for (int k = 0; k < INPUTS; k++) {
        means[k] += x[k] / SAMPLES;
      }
    }
    double[][] covariance = new double[INPUTS][INPUTS];
    double trace = 0;
    for (int i = 0; i < INPUTS; i++) {
      for (int j = 0; j < INPUTS; j++) {
        for (double[] x : calibration) {
          covariance[i][j] += (x[i] - means[i]) * (x[j] - means[j]) / SAMPLES;
        }
      }
      trace += covariance[i][i];
    }
    for (int i = 0; i < INPUTS; i++) {
      covariance[i][i] += damping * trace / INPUTS;
    }
    return covariance;
  }
}
