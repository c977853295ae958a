package org.ptilmpq.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;

/**
 * The time that a session takes to open: {@code -p model=a.pq,b.pq} compares the two forms of a model, single shots
 * from a process's first on ({@code -wi 0}) or once everything is compiled.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 20)
@Measurement(iterations = 15)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class OpenBenchmark {

  /** A {@code .pq} file. */
  @Param("examples/resnet20-cifar10.pq")
  String model;

  /** Threads of the session. */
  @Param("1")
  int threads;

  /** Opens, which maps or decodes the weights and prepares every kernel, and closes. */
  @Benchmark
  public long run() throws IOException {
    try (Session session = Session.open(Path.of(model), SessionOptions.defaults().withThreads(threads))) {
      return session.memoryBudget().total();
    }
  }
}
