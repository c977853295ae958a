package org.ptilmpq.quantizer.secondorder;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Rows of inputs as layers have them: correlated with one another, of unequal sizes, half of them never negative. */
final class CorrelatedInputs {

  private final int inputs;
  private final int count;
  private final float[] rows;

  private CorrelatedInputs(int inputs, int count, float[] rows) {
    this.inputs = inputs;
    this.count = count;
    this.rows = rows;
  }

  /** Returns rows mixed from few hidden causes, with a little noise of their own. */
  static CorrelatedInputs of(int inputs, int count, RandomGenerator random) {
    int causes = Math.max(1, inputs / 3);
    float[] mixing = gaussian(inputs * causes, random);
    float[] rows = new float[count * inputs];
    for (int row = 0; row < count; row++) {
      float[] cause = gaussian(causes, random);
      for (int i = 0; i < inputs; i++) {
        double sum = 0.3 * random.nextGaussian();
        for (int c = 0; c < causes; c++) {
          sum += mixing[i * causes + c] * cause[c] / Math.sqrt(causes);
        }
        double size = 0.2 + 3.0 * ((i * 7) % 11) / 11;
        rows[row * inputs + i] = (float) (size * (i % 2 == 0 ? Math.max(sum, 0) : sum));
      }
    }
    return new CorrelatedInputs(inputs, count, rows);
  }

  static float[] gaussian(int length, RandomGenerator random) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  int count() {
    return count;
  }

  float[] rows() {
    return rows;
  }

  /** Returns E[x xᵀ] by definition, in double precision. */
  double[] exactMoments() {
    return exactMoments(rows, rows, count, inputs);
  }

  /** Returns E[a bᵀ] by definition, in double precision. */
  static double[] exactMoments(float[] a, float[] b, int count, int inputs) {
    double[] exact = new double[inputs * inputs];
    for (int row = 0; row < count; row++) {
      for (int i = 0; i < inputs; i++) {
        for (int j = 0; j < inputs; j++) {
          exact[i * inputs + j] += (double) a[row * inputs + i] * b[row * inputs + j] / count;
        }
      }
    }
    return exact;
  }

  /** Returns E[x xᵀ], rounded to floats. */
  float[] moments() {
    double[] exact = exactMoments();
    float[] rounded = new float[exact.length];
    for (int i = 0; i < exact.length; i++) {
      rounded[i] = (float) exact[i];
    }
    return rounded;
  }

  /** Returns the rule that clips no level which the file can hold. */
  static LevelRule.NearestLevels unclipped(int rows) {
    short[] lowest = new short[rows];
    short[] highest = new short[rows];
    Arrays.fill(lowest, (short) -2048);
    Arrays.fill(highest, (short) 2047);
    return LevelRule.NearestLevels.within(lowest, highest);
  }
}
