package org.ptilmpq.quantizer.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.testkit.Seeds;

class InverseFactorTest {

  private final RandomGenerator random = Seeds.example(32);

  /** U (H + λI) Uᵀ = I, as (H + λI)⁻¹ = UᵀU says. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 0.01", "2, 3, 0.01", "7, 20, 0", "33, 50, 0.01", "127, 300, 0.01", "128, 300, 0.001", "129, 300, 0.01",
    "130, 20, 0.01", "300, 400, 0.01", "391, 100, 0.05"
  })
  void isTheFactorOfTheInverse(int inputs, int count, double damping) {
    float[] moments = CorrelatedInputs.of(inputs, count, random).moments();
    InverseFactor factor = factor(moments, inputs, damping, 2);
    double trace = 0;
    for (int i = 0; i < inputs; i++) {
      trace += moments[i * inputs + i];
    }
    // One input that a ReLU has made 0 has nothing that the damping could be a share of.
    double mean = trace == 0 ? 1 : trace / inputs;
    assertThat(factor.ridge()).isCloseTo(damping * mean, within(1e-12 * mean));
    for (int a = 0; a < inputs; a++) {
      double[] product = new double[inputs];
      for (int b = 0; b < inputs; b++) {
        for (int k = 0; k < inputs; k++) {
          double element = moments[factor.input(k) * inputs + factor.input(b)] + (k == b ? factor.ridge() : 0);
          product[b] += factor.element(a, k) * element;
        }
      }
      for (int b = 0; b < inputs; b++) {
        double sum = 0;
        double size = 0;
        for (int k = b; k < inputs; k++) {
          sum += product[k] * factor.element(b, k);
          size += Math.abs(product[k] * factor.element(b, k));
        }
        // The elements of U are rounded to floats: 2⁻²⁴ of each at most, seen through H and U.
        double rounding = 1e-6 * Math.max(1, size) * Math.sqrt(trace / Math.max(factor.ridge(), 1e-3 * trace));
        assertThat(sum).as("%d, %d", a, b).isCloseTo(a == b ? 1 : 0, within(rounding));
      }
    }
  }

  @Test
  void takesInputsByDescendingMeanSquare() {
    InverseFactor factor = factor(new float[] {2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0.5f}, 4, 0, 1);
    assertThat(factor.order()).containsExactly(1, 0, 2, 3);
    assertThat(factor.element(0, 0)).isCloseTo((float) Math.sqrt(1 / 3.0), within(1e-7f));
    assertThat(factor.element(3, 3)).isCloseTo((float) Math.sqrt(2), within(1e-7f));
    assertThat(factor.element(3, 1)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 33, 200})
  void dampingIsRaisedUntilASingularMatrixHasOne(int inputs) {
    float[] row = CorrelatedInputs.gaussian(inputs, random);
    float[] rankOne = new float[inputs * inputs];
    for (int i = 0; i < rankOne.length; i++) {
      rankOne[i] = inputs == 1 ? 0 : row[i / inputs] * row[i % inputs];
    }
    InverseFactor factor = factor(rankOne, inputs, 0, 1);
    double trace = 0;
    for (int i = 0; i < inputs; i++) {
      trace += rankOne[i * inputs + i];
    }
    double unit = trace > 0 ? trace / inputs : 1;
    assertThat(factor.ridge() / unit).as("damping").isBetween(1e-7, 1e-3);
    for (float element : factor.packed()) {
      assertThat(element).isFinite();
    }
  }

  @Test
  void zerosHaveAMultipleOfTheIdentity() {
    InverseFactor factor = factor(new float[9], 3, 0.25, 1);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        assertThat(factor.element(i, j)).isEqualTo(i == j ? 2f : 0);
      }
    }
  }

  @Test
  void isTheSameForAnyNumberOfThreads() {
    float[] moments = CorrelatedInputs.of(420, 300, random).moments();
    float[] one = factor(moments, 420, 0.01, 1).packed();
    assertThat(factor(moments, 420, 0.01, 2).packed()).isEqualTo(one);
    assertThat(factor(moments, 420, 0.01, 3).packed()).isEqualTo(one);
  }

  @Test
  void refusesWhatIsNoMatrixOfSecondMoments() {
    assertThatThrownBy(() -> factor(new float[5], 2, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("5 elements are not a matrix of order 2");
    assertThatThrownBy(() -> factor(new float[] {1, 0, 0, -1}, 2, 0, 1)).hasMessageContaining("input 1");
    assertThatThrownBy(() -> factor(new float[] {Float.NaN}, 1, 0, 1)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> factor(new float[] {1, Float.NaN, Float.NaN, 1}, 2, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("finite");
    assertThatThrownBy(() -> factor(new float[] {1}, 1, -0.5, 1)).hasMessageContaining("damping");
  }

  private static InverseFactor factor(float[] moments, int inputs, double damping, int threads) {
    try (OrderedWork work = new OrderedWork(threads)) {
      return InverseFactor.of(moments, inputs, damping, work);
    }
  }
}
