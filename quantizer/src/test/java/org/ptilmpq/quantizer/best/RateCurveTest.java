package org.ptilmpq.quantizer.best;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.Seeds;

class RateCurveTest {

  private static final int CHANNELS = 40;
  private static final int INPUTS = 1_000;

  private final RandomGenerator random = Seeds.example(12);

  /** Returns the curve of Gaussian weights of different spreads. */
  private RateCurve gaussian() {
    float[] weights = new float[CHANNELS * INPUTS];
    double[] deviations = new double[CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
      deviations[c] = c == 3 ? 0 : Math.exp(random.nextDouble(-5, 5));
      for (int k = 0; k < INPUTS; k++) {
        weights[c * INPUTS + k] = (float) (deviations[c] * random.nextGaussian());
      }
    }
    return new RateCurve(weights, INPUTS, deviations);
  }

  @Test
  void bitsFallAndErrorGrowsWithTheStep() {
    RateCurve curve = gaussian();
    double bits = Double.POSITIVE_INFINITY;
    double error = 0;
    for (double step = 1.0 / 512; step < 2.4; step *= 1.06) {
      assertThat(curve.bits(step)).as("bits at %s", step).isLessThanOrEqualTo(bits);
      bits = curve.bits(step);
      assertThat(curve.error(step)).as("error at %s", step).isGreaterThan(error * 0.999);
      error = curve.error(step);
    }
    assertThat(bits).isBetween(0.9, 1.2);
    assertThat(error).isBetween(0.3, 0.5);
  }

  /** Entropy of a Gaussian: ½ log₂ 2πe = 2.047 bits at a step of one deviation, a bit more for each half of it. */
  @Test
  void fineStepsOfAGaussianErrByATwelfthOfTheirSquare() {
    RateCurve curve = gaussian();
    for (double step : new double[] {1.0 / 256, 0.02, 0.05, 0.1, 0.25, 0.5, 1}) {
      assertThat(curve.error(step)).as("%s", step).isCloseTo(step * step / 12, within(0.03 * step * step / 12));
      if (step >= 0.1 && step < 1) {
        assertThat(curve.bits(step)).isCloseTo(2.047 - Math.log(step) / Math.log(2), within(0.03));
      }
    }
  }

  /** The slope of bits against error is t where fine steps are best: a neighbouring step costs more. */
  @Test
  void theStepMinimisesErrorAndBitsTogether() {
    RateCurve curve = gaussian();
    for (double t = 10; t < 1_000; t *= 2) {
      double best = curve.step(t);
      double cost = t * curve.error(best) + curve.bits(best);
      for (double other : new double[] {best / 2, best / 1.4, best * 1.4, best * 2}) {
        assertThat(t * curve.error(other) + curve.bits(other)).as("t %s, step %s", t, other).isGreaterThan(cost);
      }
    }
  }

  @Test
  void stepsFallWithWhatErrorsCost() {
    RateCurve curve = gaussian();
    double before = Double.POSITIVE_INFINITY;
    for (double t = 1e-300; t < 1e300; t *= 1e5) {
      double step = curve.step(t);
      assertThat(step).isPositive().isLessThanOrEqualTo(before);
      before = step;
    }
    assertThat(curve.step(1e8)).isCloseTo(Math.sqrt(6 / (1e8 * Math.log(2))), within(2e-5));
  }

  @Test
  void aLayerWithoutWeightsCostsNothing() {
    RateCurve curve = new RateCurve(new float[20], 10, new double[2]);
    assertThat(curve.bits(1)).isZero();
    assertThat(curve.error(1)).isZero();
    assertThat(curve.step(10)).isPositive().isFinite();
  }
}
