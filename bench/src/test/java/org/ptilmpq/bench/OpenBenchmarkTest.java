package org.ptilmpq.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OpenBenchmarkTest {

  @Test
  void opensTheModelItNames() throws Exception {
    OpenBenchmark benchmark = new OpenBenchmark();
    benchmark.threads = 1;
    benchmark.model = "../examples/resnet20-cifar10.pq";
    assertThat(benchmark.run()).isGreaterThan(Files.size(Path.of(benchmark.model)));
    benchmark.model = "../examples/missing.pq";
    assertThatThrownBy(benchmark::run).isInstanceOf(NoSuchFileException.class);
  }
}
