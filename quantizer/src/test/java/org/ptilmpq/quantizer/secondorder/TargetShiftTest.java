package org.ptilmpq.quantizer.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.testkit.Seeds;

class TargetShiftTest {

  private final RandomGenerator random = Seeds.example(36);

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 5", "7, 512", "33, 1", "97, 600", "130, 1100"})
  void driftIsTheMeanOfProducts(int inputs, int count) {
    Drifted data = new Drifted(inputs, count);
    float[] differences = new float[data.original.length];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = data.original[i] - data.quantized[i];
    }
    double[] exact = CorrelatedInputs.exactMoments(differences, data.quantized, count, inputs);
    double[] own = CorrelatedInputs.exactMoments(differences, differences, count, inputs);
    double[] other = CorrelatedInputs.exactMoments(data.quantized, data.quantized, count, inputs);
    try (OrderedWork one = new OrderedWork(1);
        OrderedWork three = new OrderedWork(3)) {
      float[] found = data.drift(one).finish();
      assertThat(data.drift(three).finish()).isEqualTo(found);
      for (int i = 0; i < inputs; i++) {
        for (int j = 0; j < inputs; j++) {
          int at = i * inputs + j;
          double rounding = 3e-6 * Math.sqrt(own[i * inputs + i] * other[j * inputs + j]);
          assertThat((double) found[at]).as("%d, %d", i, j).isCloseTo(exact[at], within(rounding));
        }
      }
    }
  }

  /** W'·(H + λI) = W·(D + H + λI). */
  @ParameterizedTest
  @CsvSource({"1, 1", "3, 2", "1, 7", "33, 33", "5, 127", "31, 130", "40, 300"})
  void solvesItsEquation(int rows, int inputs) {
    Drifted data = new Drifted(inputs, 2 * inputs);
    float[] weights = CorrelatedInputs.gaussian(rows * inputs, random);
    float[] moments = data.moments();
    try (OrderedWork work = new OrderedWork(2)) {
      InverseFactor factor = InverseFactor.of(moments, inputs, 0.01, work);
      float[] drift = data.drift(work).finish();
      float[] shifted = TargetShift.shift(weights, drift, factor, 1, work);
      for (int row = 0; row < rows; row++) {
        for (int j = 0; j < inputs; j++) {
          double left = 0;
          double right = 0;
          double size = 0;
          for (int i = 0; i < inputs; i++) {
            double element = moments[i * inputs + j] + (i == j ? factor.ridge() : 0);
            left += (shifted[row * inputs + i] - (double) weights[row * inputs + i]) * element;
            right += (double) weights[row * inputs + i] * drift[i * inputs + j];
            size += Math.abs(shifted[row * inputs + i] * element);
          }
          assertThat(left).as("row %d, input %d", row, j).isCloseTo(right, within(3e-6 * size));
        }
      }
    }
  }

  @Test
  void bringsTheOutputsNearer() {
    int inputs = 60;
    Drifted data = new Drifted(inputs, 3000);
    float[] weights = CorrelatedInputs.gaussian(8 * inputs, random);
    try (OrderedWork work = new OrderedWork(1)) {
      InverseFactor factor = InverseFactor.of(data.moments(), inputs, 0.01, work);
      float[] drift = data.drift(work).finish();
      double before = data.error(weights, weights);
      double half = data.error(weights, TargetShift.shift(weights, drift, factor, 0.5, work));
      double all = data.error(weights, TargetShift.shift(weights, drift, factor, 1, work));
      assertThat(half).isLessThan(0.9 * before);
      assertThat(all).isLessThan(half);
      assertThat(TargetShift.shift(weights, drift, factor, 0, work)).isEqualTo(weights);
      assertThat(TargetShift.shift(weights, new float[inputs * inputs], factor, 1, work)).isEqualTo(weights);
    }
  }

  @Test
  void isTheSameForAnyNumberOfThreads() {
    Drifted data = new Drifted(201, 300);
    float[] weights = CorrelatedInputs.gaussian(70 * 201, random);
    try (OrderedWork one = new OrderedWork(1);
        OrderedWork three = new OrderedWork(3)) {
      InverseFactor factor = InverseFactor.of(data.moments(), 201, 0.01, one);
      float[] drift = data.drift(one).finish();
      assertThat(TargetShift.shift(weights, drift, factor, 1, three))
          .isEqualTo(TargetShift.shift(weights, drift, factor, 1, one));
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (OrderedWork work = new OrderedWork(1)) {
      InverseFactor factor = InverseFactor.of(new float[] {1}, 1, 0, work);
      assertThatThrownBy(() -> TargetShift.shift(new float[1], new float[2], factor, 1, work))
          .hasMessageContaining("drift of 1");
      assertThatThrownBy(() -> TargetShift.shift(new float[1], new float[1], factor, 1.1, work))
          .hasMessageContaining("1.1");
      InputDrift drift = new InputDrift(2);
      assertThatThrownBy(() -> drift.add(new float[4], new float[3], 2, work))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(drift.finish()).isEqualTo(new float[4]);
      assertThatThrownBy(drift::finish).isInstanceOf(IllegalStateException.class);
    }
  }

  /** Inputs of a layer, and what they become: shrunk a little, mixed with a neighbour, and noisy. */
  private final class Drifted {

    private final int inputs;
    private final int count;
    private final float[] original;
    private final float[] quantized;

    Drifted(int inputs, int count) {
      this.inputs = inputs;
      this.count = count;
      original = CorrelatedInputs.of(inputs, count, random).rows();
      quantized = new float[original.length];
      for (int i = 0; i < original.length; i++) {
        int neighbour = i - i % inputs + (i + 1) % inputs;
        quantized[i] = (float) (0.85 * original[i] + 0.1 * original[neighbour] + 0.05 * random.nextGaussian());
      }
    }

    InputDrift drift(OrderedWork work) {
      InputDrift drift = new InputDrift(inputs);
      drift.add(original, quantized, count, work);
      return drift;
    }

    float[] moments() {
      double[] exact = CorrelatedInputs.exactMoments(quantized, quantized, count, inputs);
      float[] rounded = new float[exact.length];
      for (int i = 0; i < exact.length; i++) {
        rounded[i] = (float) exact[i];
      }
      return rounded;
    }

    /** Returns E|W·x − W'·x̂|². */
    double error(float[] weights, float[] shifted) {
      double error = 0;
      for (int row = 0; row < count; row++) {
        for (int output = 0; output < weights.length / inputs; output++) {
          double difference = 0;
          for (int i = 0; i < inputs; i++) {
            int at = output * inputs + i;
            difference += (double) weights[at] * original[row * inputs + i];
            difference -= (double) shifted[at] * quantized[row * inputs + i];
          }
          error += difference * difference / count;
        }
      }
      return error;
    }
  }
}
