package org.ptilmpq.quantizer.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.secondorder.CoordinateDescent.Result;
import org.ptilmpq.testkit.Seeds;

class CoordinateDescentTest {

  private static final double RIDGE = 0.01;

  private final RandomGenerator random = Seeds.random("CoordinateDescentTest", 35);

  /**
   * One sweep by definition, in double precision, with the levels that were found: each is the nearest to what the
   * others ask for at its turn, up to what floats round.
   */
  @ParameterizedTest
  @CsvSource({"1, 1", "3, 2", "1, 7", "33, 33", "5, 127", "31, 130", "70, 300"})
  void oneSweepFollowsTheDefinition(int rows, int inputs) {
    Layer layer = new Layer(rows, inputs, 3 * inputs);
    Result result = layer.sweep(NearestLevels.unclipped(rows), 1, 2);
    double[] matrix = layer.damped();
    long changes = 0;
    for (int row = 0; row < rows; row++) {
      double[] difference = new double[inputs];
      for (int i = 0; i < inputs; i++) {
        difference[i] = layer.difference(layer.levels, row, i);
      }
      for (int j : layer.order) {
        double others = 0;
        for (int i = 0; i < inputs; i++) {
          others += i == j ? 0 : matrix[j * inputs + i] * difference[i];
        }
        int at = row * inputs + j;
        double wanted = layer.weights[at] + others / matrix[j * inputs + j];
        assertThat(Math.abs(wanted / layer.steps[row] - result.levels()[at]))
            .as("row %d, input %d", row, j)
            .isLessThan(0.5 + 2e-4);
        changes += result.levels()[at] != layer.levels[at] ? 1 : 0;
        difference[j] = layer.difference(result.levels(), row, j);
      }
    }
    assertThat(result.changes()).containsExactly(changes);
  }

  @Test
  void sweepsNeverRaiseTheErrorAndSayWhatItIs() {
    for (int repetition = 0; repetition < 10; repetition++) {
      int rows = 1 + random.nextInt(70);
      int inputs = 2 + random.nextInt(200);
      Layer layer = new Layer(rows, inputs, 1 + random.nextInt(2 * inputs));
      short[] lowest = new short[rows];
      short[] highest = new short[rows];
      Arrays.fill(lowest, (short) -3);
      Arrays.fill(highest, (short) 3);
      for (int i = 0; i < layer.levels.length; i++) {
        layer.levels[i] = (short) Math.clamp(layer.levels[i], -3, 3);
      }
      Result result = layer.sweep(NearestLevels.within(lowest, highest), 4, 1);
      double[] before = layer.errors(layer.levels);
      double[] after = layer.errors(result.levels());
      for (int row = 0; row < rows; row++) {
        double rounding = 1e-5 * layer.size(row);
        assertThat(result.before()[row]).isCloseTo(before[row], within(rounding));
        assertThat(result.after()[row]).isCloseTo(after[row], within(rounding));
        assertThat(after[row]).isLessThanOrEqualTo(before[row] * (1 + 1e-6));
      }
      assertThat(Arrays.stream(after).sum()).isLessThan(0.9 * Arrays.stream(before).sum());
    }
  }

  @Test
  void endsWhenNothingChanges() {
    Layer layer = new Layer(20, 60, 200);
    Result result = layer.sweep(NearestLevels.unclipped(20), 500, 1);
    long[] changes = result.changes();
    assertThat(changes.length).isBetween(2, 100);
    assertThat(changes[changes.length - 1]).isZero();
    assertThat(Arrays.stream(changes, 0, changes.length - 1).min().orElseThrow()).isPositive();
    layer.levels = result.levels();
    Result again = layer.sweep(NearestLevels.unclipped(20), 3, 1);
    assertThat(again.levels()).isEqualTo(layer.levels);
    assertThat(layer.sweep(NearestLevels.unclipped(20), 0, 1).levels()).isEqualTo(layer.levels);
  }

  @Test
  void isTheSameForAnyNumberOfThreads() {
    Layer layer = new Layer(101, 290, 300);
    Result one = layer.sweep(NearestLevels.unclipped(101), 2, 1);
    for (int threads = 2; threads <= 3; threads++) {
      Result more = layer.sweep(NearestLevels.unclipped(101), 2, threads);
      assertThat(more.levels()).isEqualTo(one.levels());
      assertThat(more.changes()).isEqualTo(one.changes());
      assertThat(more.after()).isEqualTo(one.after());
    }
  }

  @Test
  void inputsThatAreAlwaysZeroKeepTheirLevels() {
    float[] matrix = {0, 0, 0, 1};
    try (OrderedWork work = new OrderedWork(1)) {
      QuadraticError error = new QuadraticError(matrix, 2, 0);
      int[] order = {1, 0};
      short[] levels = {7, 7};
      float[] weights = {0.2f, 1.2f};
      Result result =
          CoordinateDescent.sweep(
              error, order, weights, new float[] {1}, levels, NearestLevels.unclipped(1), 2, work);
      assertThat(result.levels()).containsExactly(new short[] {7, 1});
      assertThat(result.changes()).containsExactly(1, 0);
      assertThat(result.before()[0]).isCloseTo(5.8 * 5.8, within(1e-5));
      assertThat(result.after()[0]).isCloseTo(0.04, within(1e-6));
      assertThatThrownBy(
              () ->
                  CoordinateDescent.sweep(
                      error, order, weights, new float[] {1}, new short[4], NearestLevels.unclipped(1), 1, work))
          .hasMessageContaining("4 levels for 2 weights");
      assertThatThrownBy(
              () ->
                  CoordinateDescent.sweep(
                      error, new int[1], weights, new float[] {1}, levels, NearestLevels.unclipped(1), 1, work))
          .hasMessageContaining("order of 1");
    }
  }

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
    private final int[] order;
    private float[] steps;
    private short[] levels;

    Layer(int rows, int inputs, int count) {
      this.inputs = inputs;
      weights = CorrelatedInputs.gaussian(rows * inputs, random);
      steps = new float[rows];
      levels = new short[rows * inputs];
      moments = CorrelatedInputs.of(inputs, count, random).moments();
      order = InverseFactor.descendingDiagonal(moments, inputs);
      for (int i = 0; i < levels.length; i++) {
        steps[i / inputs] = 0.6f + 0.01f * (i / inputs % 7);
        levels[i] = (short) Math.rint(weights[i] / steps[i / inputs]);
      }
    }

    Result sweep(LevelRule rule, int sweeps, int threads) {
      try (OrderedWork work = new OrderedWork(threads)) {
        QuadraticError error = new QuadraticError(moments, inputs, RIDGE);
        return CoordinateDescent.sweep(error, order, weights, steps, levels, rule, sweeps, work);
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

    /** Σ|w_i A_ij w_j|: what rounding errors are relative to. */
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
