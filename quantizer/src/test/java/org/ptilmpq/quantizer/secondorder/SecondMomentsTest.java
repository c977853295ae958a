package org.ptilmpq.quantizer.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.secondorder.SecondMoments.Moments;
import org.ptilmpq.testkit.Seeds;

class SecondMomentsTest {

  private final RandomGenerator random = Seeds.example(31);

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 700", "2, 3", "7, 513", "33, 1", "96, 512", "97, 40", "130, 1100", "300, 30"})
  void areTheMeansOfProducts(int inputs, int count) {
    CorrelatedInputs data = CorrelatedInputs.of(inputs, count, random);
    Moments found = moments(data, inputs, 1, count);
    double[] exact = data.exactMoments();
    assertThat(found.count()).isEqualTo(count);
    for (int i = 0; i < inputs; i++) {
      double mean = 0;
      for (int row = 0; row < count; row++) {
        mean += (double) data.rows()[row * inputs + i] / count;
      }
      assertThat(found.mean()[i]).isCloseTo(mean, within(1e-9));
      for (int j = 0; j < inputs; j++) {
        double size = Math.sqrt(exact[i * inputs + i] * exact[j * inputs + j]);
        assertThat((double) found.matrix()[i * inputs + j])
            .as("%d, %d", i, j)
            .isCloseTo(exact[i * inputs + j], within(3e-6 * size));
        assertThat(found.matrix()[j * inputs + i]).isEqualTo(found.matrix()[i * inputs + j]);
      }
    }
  }

  @Test
  void areTheSameForAnyNumberOfThreads() {
    CorrelatedInputs data = CorrelatedInputs.of(203, 700, random);
    Moments one = moments(data, 203, 1, 300);
    for (int threads = 2; threads <= 3; threads++) {
      Moments more = moments(data, 203, threads, 300);
      assertThat(more.matrix()).isEqualTo(one.matrix());
      assertThat(more.mean()).isEqualTo(one.mean());
    }
  }

  @Test
  void areZeroWithoutRows() {
    try (OrderedWork work = new OrderedWork(1)) {
      SecondMoments moments = new SecondMoments(5);
      moments.add(new float[0], 0, work);
      Moments found = moments.finish();
      assertThat(found.count()).isZero();
      assertThat(found.matrix()).isEqualTo(new float[25]);
      assertThat(found.mean()).isEqualTo(new double[5]);
    }
  }

  @Test
  void takeNoRowsWhenFinishedAndNoneThatAreNotThere() {
    try (OrderedWork work = new OrderedWork(1)) {
      SecondMoments moments = new SecondMoments(5);
      assertThatThrownBy(() -> moments.add(new float[9], 2, work)).isInstanceOf(IndexOutOfBoundsException.class);
      moments.finish();
      assertThatThrownBy(() -> moments.add(new float[10], 2, work))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("finished");
    }
  }

  /** Adds the rows in calls of {@code chunk} of them. */
  private static Moments moments(CorrelatedInputs data, int inputs, int threads, int chunk) {
    try (OrderedWork work = new OrderedWork(threads)) {
      SecondMoments moments = new SecondMoments(inputs);
      for (int first = 0; first < data.count(); first += chunk) {
        int end = Math.min(first + chunk, data.count());
        moments.add(Arrays.copyOfRange(data.rows(), first * inputs, end * inputs), end - first, work);
      }
      return moments.finish();
    }
  }
}
