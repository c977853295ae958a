package org.ptilmpq.quantizer.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.Seeds;

class ScaleTest {

  private static final double FROM = 200;
  private static final double TO = 20;

  @Test
  void valuesAndTicksLieOnTheAxis() {
    RandomGenerator random = Seeds.example(1);
    for (int round = 0; round < 2000; round++) {
      double[] values = new double[random.nextInt(5)];
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.pow(10, random.nextDouble(-12, 12)) * (random.nextInt(4) == 0 ? -1 : 1);
      }
      check(Scale.fromZero(values, FROM, TO));
      Scale around = Scale.around(values, FROM, TO);
      check(around);
      for (double value : values) {
        assertThat(value).isBetween(around.low(), around.high());
      }
      check(Scale.logarithmic(values, FROM, TO));
    }
  }

  private static void check(Scale scale) {
    List<Double> ticks = scale.ticks();
    assertThat(ticks).as("%s", scale).hasSizeBetween(2, 13).isSorted().doesNotHaveDuplicates();
    double beyond = scale.logarithmic() ? Math.pow(10, scale.high()) : scale.high();
    assertThat(ticks.getLast()).as("%s", scale).isLessThanOrEqualTo(beyond + Math.abs(beyond) * 1e-9);
    assertThat(scale.at(ticks.getFirst())).isCloseTo(FROM, within(1e-6));
    for (int i = 1; i < ticks.size(); i++) {
      assertThat(scale.at(ticks.get(i))).as("%s", scale).isLessThan(scale.at(ticks.get(i - 1)));
    }
  }

  @Test
  void logarithmicAxesHaveWholeDecades() {
    Scale scale = Scale.logarithmic(new double[] {0.03, 2, 0, -1, Double.NaN}, 0, 100);
    assertThat(scale.low()).isEqualTo(-2);
    assertThat(scale.high()).isEqualTo(1);
    assertThat(scale.ticks()).hasSize(4);
    assertThat(scale.at(0)).isZero();
    assertThat(scale.at(1)).isCloseTo(200 / 3.0, within(1e-9));
  }

  @Test
  void powersLieEvenlyBetweenGivenEnds() {
    Scale scale = Scale.logarithmicBetween(1, 100, 0, 10);
    assertThat(scale.at(10)).isEqualTo(5);
    assertThat(scale.ticks()).containsExactly(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0);
  }

  @Test
  void evenAxesHaveRoundTicks() {
    assertThat(Scale.fromZero(new double[] {3, 8.5}, 0, 1).ticks()).containsExactly(0.0, 2.0, 4.0, 6.0, 8.0, 10.0);
    assertThat(Scale.around(new double[] {76.5, 81}, 0, 1).ticks())
        .containsExactly(76.0, 77.0, 78.0, 79.0, 80.0, 81.0);
  }
}
