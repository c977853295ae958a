package org.ptilmpq.quantizer.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SoftmaxTest {

  private static final float[] PRESENT = {3.44f};
  private static final float[] ABSENT = {-3.45f};

  @Test
  void aSingleScoreIsWeighedAgainstZero() {
    double p = 1 / (1 + Math.exp(-3.44f));
    assertThat(Softmax.probabilities(PRESENT)).containsExactly(new double[] {p, 1 - p}, within(1e-12));
    assertThat(Softmax.probabilities(PRESENT))
        .containsExactly(Softmax.probabilities(new float[] {3.44f, 0}), within(0.0));
  }

  /** KL of two Bernoulli distributions: p · log(p/q) + (1 − p) · log((1 − p)/(1 − q)). */
  @Test
  void singleScoresDiverge() {
    double p = 1 / (1 + Math.exp(-3.44f));
    double q = 1 / (1 + Math.exp(3.45f));
    double expected = p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
    assertThat(Softmax.divergence(PRESENT, ABSENT)).isCloseTo(expected, within(1e-9));
    assertThat(Softmax.divergence(PRESENT, PRESENT)).isZero();
  }

  @Test
  void theLikeliestIsTheFirstOfTheGreatest() {
    assertThat(Softmax.likeliest(PRESENT)).isZero();
    assertThat(Softmax.likeliest(ABSENT)).isOne();
    assertThat(Softmax.likeliest(new float[] {-1, 2, 0, 2})).isOne();
  }
}
