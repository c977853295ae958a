package org.ptilmpq.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ptilmpq.cli.run.BenchmarkReport.Latency;

class LatencyTest {

  @Test
  void latencyOfOneRun() {
    assertThat(Latency.of(9, new double[] {3})).isEqualTo(new Latency(9, 3, 3, 3, 3));
  }

  @Test
  void latencyOfAnEvenNumberOfRunsInAnyOrder() {
    assertThat(Latency.of(9, new double[] {4, 1, 3, 2})).isEqualTo(new Latency(9, 1, 2.5, 4, 4));
  }

  @Test
  void nineOfTenRunsAreNoSlowerThanP90() {
    double[] millis = IntStream.rangeClosed(1, 100).mapToDouble(i -> 101 - i).toArray();
    assertThat(Latency.of(0, millis)).isEqualTo(new Latency(0, 1, 50.5, 90, 100));
  }
}
