package org.ptilmpq.quantizer.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.secondorder.LevelRule.ListedLevels;
import org.ptilmpq.quantizer.secondorder.LevelRule.NearestLevels;
import org.ptilmpq.testkit.Seeds;

class SecondOrderRoundingTest {

  private final RandomGenerator random = Seeds.example(33);

  /**
   * Column by column in double precision, with the levels that were found: each is the nearest to the value that the
   * recurrence has there, up to the rounding of floats.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 0.5", "3, 2, 0.5", "1, 7, 0.3", "33, 33, 1", "5, 127, 0.5", "31, 130, 0.7", "70, 300, 1.2", "2, 300, 0.01"
  })
  void followsTheTextbook(int rows, int inputs, float size) {
    float[] weights = CorrelatedInputs.gaussian(rows * inputs, random);
    float[] steps = steps(rows, size);
    InverseFactor factor = factor(CorrelatedInputs.of(inputs, 2 * inputs, random).moments(), inputs);
    short[] levels = round(weights, steps, factor, CorrelatedInputs.unclipped(rows), 2);
    for (int row = 0; row < rows; row++) {
      double[] wanted = new double[inputs];
      for (int place = 0; place < inputs; place++) {
        wanted[place] = weights[row * inputs + factor.input(place)];
      }
      for (int j = 0; j < inputs; j++) {
        int level = levels[row * inputs + factor.input(j)];
        double inSteps = wanted[j] / steps[row];
        assertThat(Math.abs(inSteps - level)).as("row %d, place %d", row, j).isLessThan(0.5 + 2e-4 / steps[row]);
        double error = (wanted[j] - (double) level * steps[row]) / factor.element(j, j);
        for (int i = j + 1; i < inputs; i++) {
          wanted[i] -= error * factor.element(j, i);
        }
      }
    }
  }

  @Test
  void staysWithinBoundsAndMakesGoodForThem() {
    int inputs = 150;
    int rows = 40;
    float[] weights = CorrelatedInputs.gaussian(rows * inputs, random);
    float[] steps = steps(rows, 0.6f);
    float[] moments = CorrelatedInputs.of(inputs, 400, random).moments();
    short[] lowest = new short[rows];
    short[] highest = new short[rows];
    short[][] lists = new short[rows][];
    for (int row = 0; row < rows; row++) {
      lowest[row] = (short) (-1 - row % 4);
      highest[row] = (short) (row % 4);
      lists[row] = new short[highest[row] - lowest[row] + 1];
      for (int i = 0; i < lists[row].length; i++) {
        lists[row][i] = (short) (lowest[row] + i);
      }
    }
    InverseFactor factor = factor(moments, inputs);
    short[] levels = round(weights, steps, factor, NearestLevels.within(lowest, highest), 1);
    short[] nearest = new short[levels.length];
    for (int i = 0; i < levels.length; i++) {
      int row = i / inputs;
      assertThat(levels[i]).isBetween(lowest[row], highest[row]);
      nearest[i] = (short) Math.clamp(Math.round(weights[i] / steps[row]), lowest[row], highest[row]);
    }
    assertThat(sum(errors(weights, steps, levels, moments))).isLessThan(sum(errors(weights, steps, nearest, moments)));
    assertThat(round(weights, steps, factor, new ListedLevels(lists), 1)).isEqualTo(levels);
  }

  @Test
  void errsLessThanNearestLevelsWhereInputsAreCorrelated() {
    int rows = 16;
    for (int repetition = 0; repetition < 12; repetition++) {
      int inputs = 20 + random.nextInt(150);
      float[] weights = CorrelatedInputs.gaussian(rows * inputs, random);
      float[] steps = steps(rows, 0.5f + random.nextFloat());
      float[] moments = CorrelatedInputs.of(inputs, 4 * inputs, random).moments();
      short[] levels = round(weights, steps, factor(moments, inputs), CorrelatedInputs.unclipped(rows), 2);
      short[] nearest = new short[levels.length];
      for (int i = 0; i < levels.length; i++) {
        nearest[i] = (short) Math.rint(weights[i] / steps[i / inputs]);
      }
      double least = sum(errors(weights, steps, nearest, moments));
      assertThat(sum(errors(weights, steps, levels, moments))).isLessThan(0.8 * least);
    }
  }

  @Test
  void isNearestWithoutCorrelation() {
    float[] identity = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    float[] weights = {0.4f, -0.6f, 2.5f, 3.5f, -1e9f, 1e9f, 0, -0f, -7.49f};
    short[] levels = round(weights, new float[] {1, 1, 1}, factor(identity, 3), CorrelatedInputs.unclipped(3), 1);
    assertThat(levels).containsExactly(new short[] {0, -1, 2, 4, -2048, 2047, 0, 0, -7});
  }

  @Test
  void isTheSameForAnyNumberOfThreads() {
    float[] weights = CorrelatedInputs.gaussian(101 * 290, random);
    float[] steps = steps(101, 0.4f);
    InverseFactor factor = factor(CorrelatedInputs.of(290, 300, random).moments(), 290);
    short[] one = round(weights, steps, factor, CorrelatedInputs.unclipped(101), 1);
    assertThat(round(weights, steps, factor, CorrelatedInputs.unclipped(101), 2)).isEqualTo(one);
    assertThat(round(weights, steps, factor, CorrelatedInputs.unclipped(101), 3)).isEqualTo(one);
  }

  @Test
  void extremesHaveLevels() {
    float[] rankOne = new float[33 * 33];
    Arrays.fill(rankOne, 2);
    float[] weights = CorrelatedInputs.gaussian(4 * 33, random);
    Arrays.fill(weights, 33, 66, 0);
    float[] steps = steps(4, 0.7f);
    short[] levels = round(weights, steps, factor(rankOne, 33), CorrelatedInputs.unclipped(4), 1);
    for (int i = 33; i < 66; i++) {
      assertThat(levels[i]).as("a row of zeros").isZero();
    }
    // All inputs are the same: only the sum of the weights counts, and it is kept to half a step or so.
    double[] errors = errors(weights, steps, levels, rankOne);
    for (double error : errors) {
      assertThat(Math.sqrt(error / 2)).isLessThan(0.6);
    }
    short[] nearest = round(weights, steps, factor(new float[33 * 33], 33), CorrelatedInputs.unclipped(4), 1);
    for (int i = 0; i < weights.length; i++) {
      assertThat(nearest[i]).as("inputs that are always zero").isEqualTo((short) Math.rint(weights[i] / steps[i / 33]));
    }
    assertThat(round(new float[0], new float[0], factor(rankOne, 33), CorrelatedInputs.unclipped(0), 1)).isEmpty();
  }

  @Test
  void refusesWhatDoesNotFit() {
    InverseFactor factor = factor(new float[] {1, 0, 0, 1}, 2);
    NearestLevels rule = CorrelatedInputs.unclipped(1);
    assertThatThrownBy(() -> round(new float[3], new float[1], factor, rule, 1))
        .hasMessageContaining("whole rows of 2");
    assertThatThrownBy(() -> round(new float[2], new float[2], factor, rule, 1)).hasMessageContaining("2 steps for 1");
    assertThatThrownBy(() -> round(new float[2], new float[1], factor, rule, 1)).hasMessageContaining("step of row 0");
    assertThatThrownBy(() -> round(new float[] {1, Float.NaN}, new float[] {1}, factor, rule, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("row 0, input 1: NaN is not finite");
  }

  private float[] steps(int rows, float size) {
    float[] steps = new float[rows];
    for (int row = 0; row < rows; row++) {
      steps[row] = size * (1 + 0.01f * (row % 5));
    }
    return steps;
  }

  private static InverseFactor factor(float[] moments, int inputs) {
    try (OrderedWork work = new OrderedWork(1)) {
      return InverseFactor.of(moments, inputs, 0.01, work);
    }
  }

  private static short[] round(float[] weights, float[] steps, InverseFactor factor, LevelRule rule, int threads) {
    try (OrderedWork work = new OrderedWork(threads)) {
      return SecondOrderRounding.round(weights, steps, factor, rule, work);
    }
  }

  private static double sum(double[] values) {
    return Arrays.stream(values).sum();
  }

  /** Returns (w − ŵ)ᵀ H (w − ŵ) of each row, by definition. */
  static double[] errors(float[] weights, float[] steps, short[] levels, float[] moments) {
    int inputs = weights.length / steps.length;
    double[] errors = new double[steps.length];
    for (int row = 0; row < steps.length; row++) {
      double[] difference = new double[inputs];
      for (int i = 0; i < inputs; i++) {
        difference[i] = weights[row * inputs + i] - (double) steps[row] * levels[row * inputs + i];
      }
      for (int i = 0; i < inputs; i++) {
        for (int j = 0; j < inputs; j++) {
          errors[row] += difference[i] * moments[i * inputs + j] * difference[j];
        }
      }
    }
    return errors;
  }
}
