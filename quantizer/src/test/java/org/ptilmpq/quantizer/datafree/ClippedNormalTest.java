package org.ptilmpq.quantizer.datafree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.testkit.Seeds;

class ClippedNormalTest {

  private static final Clamp[] CLAMPS = {Clamp.NONE, Clamp.RELU, Clamp.RELU6, new Clamp(-1, 0.5f), new Clamp(2, 2)};

  @Test
  void momentsAreThoseOfTheDensity() {
    for (Clamp clamp : CLAMPS) {
      for (double mean : new double[] {-30, -3.5, -1, 0, 0.4, 3, 7, 50}) {
        for (double deviation : new double[] {1e-3, 0.3, 1, 4, 20}) {
          double[] expected = integral(mean, deviation, clamp);
          ClippedNormal clipped = ClippedNormal.of(mean, deviation, clamp);
          String what = clamp + " of " + mean + " ± " + deviation;
          assertThat(clipped.mean()).as(what).isCloseTo(expected[0], within(1e-7 * (deviation + Math.abs(mean))));
          assertThat(clipped.variance())
              .as(what)
              .isCloseTo(expected[1], within(1e-7 * deviation * deviation + 1e-12 * mean * mean));
        }
      }
    }
  }

  @Test
  void momentsAreThoseOfSamples() {
    RandomGenerator random = Seeds.example(47);
    int count = 1_000_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      double y = Clamp.RELU6.apply((float) (2 + 3 * random.nextGaussian()));
      sum += y;
      squares += y * y;
    }
    double mean = sum / count;
    ClippedNormal clipped = ClippedNormal.of(2, 3, Clamp.RELU6);
    assertThat(clipped.mean()).isCloseTo(mean, within(0.012));
    assertThat(clipped.variance()).isCloseTo(squares / count - mean * mean, within(0.03));
  }

  @Test
  void whatNeverMovesIsConstant() {
    assertThat(ClippedNormal.of(-3, 0, Clamp.RELU)).isEqualTo(new ClippedNormal(0, 0));
    assertThat(ClippedNormal.of(3, 0, Clamp.NONE)).isEqualTo(new ClippedNormal(3, 0));
    assertThat(ClippedNormal.of(1e6, 1, Clamp.RELU6)).isEqualTo(new ClippedNormal(6, 0));
    assertThat(ClippedNormal.of(-1e6, 1, Clamp.RELU)).isEqualTo(new ClippedNormal(0, 0));
    assertThat(ClippedNormal.of(1e20, 1, Clamp.NONE).mean()).isEqualTo(1e20);
  }

  /** Midpoint rule over ±12 standard deviations. */
  private static double[] integral(double mean, double deviation, Clamp clamp) {
    int steps = 200_000;
    double sum = 0;
    double squares = 0;
    double total = 0;
    for (int i = 0; i < steps; i++) {
      double x = -12 + 24 * (i + 0.5) / steps;
      double weight = Math.exp(-x * x / 2);
      double y = Math.clamp(mean + deviation * x, clamp.low(), clamp.high()) - mean;
      total += weight;
      sum += weight * y;
      squares += weight * y * y;
    }
    double first = sum / total;
    return new double[] {mean + first, squares / total - first * first};
  }
}
