package org.ptilmpq.quantizer.regions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ptilmpq.testkit.Seeds;

class RegionBoundaryTest {

  private static final int MANY = 400_000;

  private final RandomGenerator random = Seeds.random("RegionBoundaryTest", 31);

  @Test
  void theEmpiricalBoundaryHasTheLeastExpectedError() {
    for (int count : new int[] {1, 2, 3, 10, 97, 576}) {
      float[] weights = Samples.laplace(count + 5, 0.1, random);
      double greatest = greatest(weights, 5);
      double found = RegionBoundary.EMPIRICAL.find(weights, 5, count);
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i <= 20_000; i++) {
        double p = greatest / 2 * i / 20_000;
        least = Math.min(least, error(weights, 5, p));
      }
      assertThat(found).isBetween(0.0, greatest / 2);
      assertThat(error(weights, 5, found)).as("%d weights", count).isLessThanOrEqualTo(least * (1 + 1e-9));
    }
  }

  @Test
  void theGaussianFormulaIsNearTheOptimumForNormalWeights() {
    float[] weights = Samples.gaussian(MANY, 0.03, random);
    double exact = RegionBoundary.EMPIRICAL.find(weights, 0, MANY);
    double formula = RegionBoundary.GAUSSIAN.find(weights, 0, MANY);
    assertThat(formula).isCloseTo(exact, within(0.03 * exact));
    assertThat(error(weights, 0, formula)).isLessThan(1.002 * error(weights, 0, exact));
    assertThat(error(weights, 0, RegionBoundary.LAPLACE.find(weights, 0, MANY)))
        .isGreaterThan(error(weights, 0, formula));
  }

  @Test
  void theLaplaceFormulaIsNearTheOptimumForLaplaceWeights() {
    float[] weights = Samples.laplace(MANY, 0.02, random);
    double exact = RegionBoundary.EMPIRICAL.find(weights, 0, MANY);
    double formula = RegionBoundary.LAPLACE.find(weights, 0, MANY);
    assertThat(formula).isCloseTo(exact, within(0.05 * exact));
    assertThat(error(weights, 0, formula)).isLessThan(1.005 * error(weights, 0, exact));
    assertThat(error(weights, 0, RegionBoundary.GAUSSIAN.find(weights, 0, MANY)))
        .isGreaterThan(error(weights, 0, formula));
  }

  @Test
  void theExpectedErrorIsTheMeasuredOneOfTheRealValuedRegions() {
    float[] weights = Samples.gaussian(100_000, 1, random);
    double greatest = greatest(weights, 0);
    double p = RegionBoundary.EMPIRICAL.find(weights, 0, weights.length);
    int steps = (1 << 5) - 1;
    double measured = 0;
    for (float w : weights) {
      double a = Math.abs(w);
      double low = a <= p ? 0 : p;
      double step = (a <= p ? p : greatest - p) / steps;
      double d = a - low - step * Math.rint((a - low) / step);
      measured += d * d / weights.length;
    }
    assertThat(error(weights, 0, p) / (12.0 * steps * steps)).isCloseTo(measured, within(0.02 * measured));
  }

  @ParameterizedTest
  @EnumSource
  void anyWeightsHaveABoundary(RegionBoundary rule) {
    float[][] extremes = {
      {}, {0, 0}, {3}, {-2, 2, 2}, {Float.MIN_VALUE, 0}, {3e38f, -3e38f, 1}, {1e-3f, -1e-3f, 1}, {0, 0, 0, 0, 5}
    };
    for (float[] weights : extremes) {
      double p = rule.find(weights, 0, weights.length);
      assertThat(p).isBetween(0.0, greatest(weights, 0) / 2);
    }
  }

  private static double greatest(float[] weights, int from) {
    double greatest = 0;
    for (int k = from; k < weights.length; k++) {
      greatest = Math.max(greatest, Math.abs(weights[k]));
    }
    return greatest;
  }

  private static double error(float[] weights, int from, double p) {
    int inside = 0;
    for (int k = from; k < weights.length; k++) {
      inside += Math.abs(weights[k]) <= p ? 1 : 0;
    }
    return RegionBoundary.expectedError(p, greatest(weights, from), (double) inside / (weights.length - from));
  }
}
