package org.ptilmpq.cli.run;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.NamedFiles;
import org.ptilmpq.cli.run.BenchmarkReport.Latency;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.profiles.ClockSpeed;
import org.ptilmpq.profiles.ThermalState;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code benchmark}: latency of the network alone, without decoding pictures, and the memory of the process. */
@Command(name = "benchmark", description = "Measure the latency of the network, without decoding pictures.")
final class Benchmark implements Callable<Integer> {

  /** The input's bytes: latency doesn't depend on them, but a constant picture would hide that if it did. */
  private static final long INPUT_SEED = 1;

  private static final ThreadMXBean ALLOCATION = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Parameters(paramLabel = "MODEL.pq", description = "The quantized network.")
  private Path model;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "20",
      description = "Runs before measuring, for the just-in-time compiler (${DEFAULT-VALUE}).")
  private int warmup;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "50",
      description = "Runs that are measured (${DEFAULT-VALUE}).")
  private int runs;

  @Option(names = "--layers", description = "The time of each layer, too.")
  private boolean layers;

  @Option(
      names = "--submit",
      description =
          "A row for the table of boards in docs/devices.md, too: with temperature and throttling before and after.")
  private boolean submit;

  @Option(names = "--json", description = "One JSON object instead of text.")
  private boolean json;

  @Mixin private RunOptions options;

  /** Allocated on the Java heap by all threads in all measured runs together. */
  private long allocatedBytes;

  @Override
  public Integer call() throws Exception {
    if (warmup < 0 || runs < 1) {
      throw CommandException.wrongUse("--warmup must be at least 0 and --runs at least 1");
    }
    SessionOptions sessionOptions = options.sessionOptions().withProfiling(layers);
    long start = System.nanoTime();
    try (PqFile file = NamedFiles.model(model);
        Session session = options.open(file, model, sessionOptions)) {
      double openMillis = (System.nanoTime() - start) / 1e6;
      ThermalState before = ThermalState.now();
      Latency latency = measure(session);
      ThermalState after = ThermalState.now();
      ClockSpeed clock = ClockSpeed.now();
      BenchmarkReport report =
          new BenchmarkReport(
              model, session, sessionOptions, warmup, runs, layers, openMillis, latency, allocatedBytes);
      Optional<BoardRow> row = Optional.empty();
      if (submit) {
        int threads = sessionOptions.threads();
        row = Optional.of(BoardRow.of(model, options.profileName(), threads, latency, before, after, clock));
      }
      print(report, row);
      return ExitCode.DONE;
    }
  }

  private void print(BenchmarkReport report, Optional<BoardRow> row) throws IOException {
    if (json) {
      System.out.println(row.isPresent() ? report.json().put("submission", row.get().json()) : report.json());
    } else {
      report.print();
      row.ifPresent(text -> System.out.print(System.lineSeparator() + text));
    }
  }

  private Latency measure(Session session) {
    byte[] input = new byte[session.model().inputTensor().elements()];
    new Random(INPUT_SEED).nextBytes(input);
    double first = run(session, input);
    try (ProgressLine progress = new ProgressLine("benchmark", warmup + runs)) {
      for (int i = 0; i < warmup; i++) {
        run(session, input);
        progress.step();
      }
      session.resetProfile();
      double[] millis = new double[runs];
      for (int i = 0; i < runs; i++) {
        long before = ALLOCATION.getTotalThreadAllocatedBytes();
        millis[i] = run(session, input);
        allocatedBytes += ALLOCATION.getTotalThreadAllocatedBytes() - before;
        progress.step();
      }
      return Latency.of(first, millis);
    }
  }

  /** Returns the time of one inference in milliseconds; filling the input isn't counted. */
  private static double run(Session session, byte[] input) {
    session.input(input);
    long start = System.nanoTime();
    session.run();
    return (System.nanoTime() - start) / 1e6;
  }
}
