package org.ptilmpq.quantizer.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.testkit.Seeds;

class QuadraticErrorTest {

  private static final double RIDGE = 0.01;

  private final RandomGenerator random = Seeds.example(35);

  /** s = qᵀAw / qᵀAq: no step does better. */
  @ParameterizedTest
  @CsvSource({"1, 1", "3, 2", "33, 33", "31, 130", "7, 300"})
  void refittedStepsAreTheBest(int rows, int inputs) {
    Layer layer = new Layer(rows, inputs, 2 * inputs);
    Arrays.fill(layer.levels, 0, inputs, (short) 0);
    float[] old = layer.steps;
    try (OrderedWork work = new OrderedWork(2)) {
      QuadraticError error = new QuadraticError(layer.moments, inputs, RIDGE);
      float[] refitted = error.refit(layer.weights, old, layer.levels, work);
      assertThat(refitted[0]).as("levels all zero").isEqualTo(old[0]);
      double[] said = error.of(layer.weights, refitted, layer.levels, work);
      for (float factor : new float[] {1, 0.99f, 1.01f}) {
        layer.steps = refitted.clone();
        for (int row = 0; row < rows; row++) {
          layer.steps[row] *= factor;
        }
        double[] errors = layer.errors(layer.levels);
        for (int row = 0; row < rows; row++) {
          double rounding = 1e-5 * layer.size(row);
          if (factor == 1) {
            assertThat(said[row]).isCloseTo(errors[row], within(rounding));
          } else {
            assertThat(errors[row]).isGreaterThanOrEqualTo(said[row] - rounding);
          }
        }
      }
    }
  }

  @Test
  void stepsThatCanOnlyBeNegativeStay() {
    try (OrderedWork work = new OrderedWork(1)) {
      QuadraticError error = new QuadraticError(new float[] {2}, 1, 0);
      float[] refitted = error.refit(new float[] {-1, 3}, new float[] {0.5f, 0.5f}, new short[] {1, 2}, work);
      assertThat(refitted).containsExactly(0.5f, 1.5f);
    }
  }

  /** A layer to work on: weights, steps, nearest levels, inputs. */
  private final class Layer {

    private final int inputs;
    private final float[] weights;
    private final float[] moments;
    private float[] steps;
    private short[] levels;

    Layer(int rows, int inputs, int count) {
      this.inputs = inputs;
      weights = CorrelatedInputs.gaussian(rows * inputs, random);
      steps = new float[rows];
      levels = new short[rows * inputs];
      moments = CorrelatedInputs.of(inputs, count, random).moments();
      for (int i = 0; i < levels.length; i++) {
        steps[i / inputs] = 0.6f + 0.01f * (i / inputs % 7);
        levels[i] = (short) Math.rint(weights[i] / steps[i / inputs]);
      }
    }

    double difference(short[] levels, int row, int input) {
      return weights[row * inputs + input] - (double) steps[row] * levels[row * inputs + input];
    }

    double[] damped() {
      double[] matrix = IntStream.range(0, moments.length).mapToDouble(i -> moments[i]).toArray();
      for (int i = 0; i < inputs; i++) {
        matrix[i * inputs + i] += RIDGE;
      }
      return matrix;
    }

    double[] errors(short[] levels) {
      double[] matrix = damped();
      double[] errors = new double[steps.length];
      for (int row = 0; row < errors.length; row++) {
        for (int i = 0; i < inputs; i++) {
          for (int j = 0; j < inputs; j++) {
            errors[row] += difference(levels, row, i) * matrix[i * inputs + j] * difference(levels, row, j);
          }
        }
      }
      return errors;
    }

    /** Returns Σ|w_i A_ij w_j|, to which rounding errors are relative. */
    double size(int row) {
      double[] matrix = damped();
      double size = 0;
      for (int i = 0; i < inputs; i++) {
        for (int j = 0; j < inputs; j++) {
          size += Math.abs(weights[row * inputs + i] * matrix[i * inputs + j] * weights[row * inputs + j]);
        }
      }
      return size;
    }
  }
}
