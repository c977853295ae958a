package org.ptilmpq.quantizer.faithful;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.testkit.Seeds;

class FaithfulPlanRankingTest {

  @Test
  void theShareAtTheTopIsImportant() {
    double[] importances = {3, 0.5, 8, 0, 5};
    assertThat(FaithfulPlan.important(importances, 0.4)).containsExactly(false, false, true, false, true);
    assertThat(FaithfulPlan.important(importances, 0.6)).containsExactly(true, false, true, false, true);
    assertThat(FaithfulPlan.descending(importances)).containsExactly(2, 4, 0, 1, 3);
  }

  @Test
  void ofEqualOnesTheFirstAreTaken() {
    assertThat(FaithfulPlan.important(new double[] {1, 2, 1, 1, 2}, 0.6))
        .containsExactly(true, true, false, false, true);
    assertThat(FaithfulPlan.important(new double[] {0, -0.0, 0, -0.0}, 0.5))
        .containsExactly(true, true, false, false);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 1000})
  void noneAtZeroAndAllAtOne(int count) {
    double[] importances = new double[count];
    assertThat(FaithfulPlan.important(importances, 0)).doesNotContain(true).hasSize(count);
    assertThat(FaithfulPlan.important(importances, 1)).doesNotContain(false).hasSize(count);
  }

  @Test
  void oneIsImportantFromAHalfOn() {
    assertThat(FaithfulPlan.important(new double[] {4}, 0.499)).containsExactly(false);
    assertThat(FaithfulPlan.important(new double[] {4}, 0.5)).containsExactly(true);
  }

  @Test
  void whatIsImportantStaysSoAsAlphaGrows() {
    RandomGenerator random = Seeds.example(11);
    double[] importances = random.ints(37, 0, 9).asDoubleStream().toArray();
    boolean[] before = new boolean[importances.length];
    for (int percent = 0; percent <= 100; percent++) {
      boolean[] now = FaithfulPlan.important(importances, percent / 100.0);
      int count = 0;
      double least = Double.POSITIVE_INFINITY;
      double greatest = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < now.length; i++) {
        assertThat(now[i] || !before[i]).isTrue();
        count += now[i] ? 1 : 0;
        least = now[i] ? Math.min(least, importances[i]) : least;
        greatest = now[i] ? greatest : Math.max(greatest, importances[i]);
      }
      assertThat(count).isEqualTo((int) Math.round(0.37 * percent));
      assertThat(least).isGreaterThanOrEqualTo(greatest);
      before = now;
    }
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    for (double alpha : new double[] {-0.01, 1.01, Double.NaN}) {
      assertThatIllegalArgumentException().isThrownBy(() -> FaithfulPlan.important(new double[1], alpha));
    }
    for (double importance : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> FaithfulPlan.important(new double[] {0, importance}, 0.5));
    }
  }
}
