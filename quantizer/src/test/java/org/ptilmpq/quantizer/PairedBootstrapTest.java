package org.ptilmpq.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.ComparisonResult.Interval;
import org.ptilmpq.testkit.Seeds;

class PairedBootstrapTest {

  /** A share p of n pictures varies by √(p (1 − p) / n), and 95 % are within 1.96 times that. */
  @Test
  void intervalsOfSharesAreTheBinomialOnes() {
    RandomGenerator random = Seeds.example(81);
    for (int pictures : new int[] {500, 2_000}) {
      double[] right = new double[pictures];
      double share = 0;
      for (int i = 0; i < pictures; i++) {
        right[i] = random.nextDouble() < 0.8 ? 1 : 0;
        share += right[i] / pictures;
      }
      double half = 1.96 * Math.sqrt(share * (1 - share) / pictures);
      Interval interval = PairedBootstrap.intervals(new double[][] {right})[0];
      assertThat(interval.low()).isCloseTo(share - half, within(0.1 * half));
      assertThat(interval.high()).isCloseTo(share + half, within(0.1 * half));
    }
  }

  /** Two networks differ only by the pictures that one of them is wrong about, however often both are. */
  @Test
  void differenceOfPairsIsSurerThanTheSharesAre() {
    int pictures = 1_000;
    double[] before = new double[pictures];
    double[] drop = new double[pictures];
    for (int i = 0; i < pictures; i++) {
      before[i] = i % 3 == 0 ? 0 : 1;
      drop[i] = i == 1 ? 1 : 0;
    }
    Interval[] intervals = PairedBootstrap.intervals(new double[][] {before, drop});
    assertThat(intervals[0].high() - intervals[0].low()).isGreaterThan(0.05);
    assertThat(intervals[1].low()).isZero();
    assertThat(intervals[1].high()).isBetween(0.001, 0.005);
  }

  @Test
  void onePictureIsSureOfItself() {
    Interval interval = PairedBootstrap.intervals(new double[][] {{0.25}})[0];
    assertThat(interval).isEqualTo(new Interval(0.25, 0.25));
  }
}
