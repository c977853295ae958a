package org.ptilmpq.cli.run;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.Json;
import org.ptilmpq.cli.process.PeakMemory;
import org.ptilmpq.profiles.ByteSize;
import org.ptilmpq.profiles.DeviceProfiles;
import org.ptilmpq.profiles.Machine;
import org.ptilmpq.profiles.MachineDetection;
import org.ptilmpq.runtime.LayerProfile;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code benchmark}: latency of the network alone, without decoding pictures, and the memory of the process. */
@Command(name = "benchmark", description = "Measure the latency of the network, without decoding pictures.")
final class Benchmark implements Callable<Integer> {

  /** The input's bytes: latency doesn't depend on them, but a constant picture would hide that if it did. */
  private static final long INPUT_SEED = 1;

  private static final ThreadMXBean ALLOCATION = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Spec private CommandSpec spec;

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

  @Option(names = "--json", description = "One JSON object instead of text.")
  private boolean json;

  @Mixin private RunOptions options;

  /** On the Java heap, by all threads, in all measured runs together. */
  private long allocatedBytes;

  @Override
  public Integer call() throws Exception {
    if (warmup < 0 || runs < 1) {
      throw new ParameterException(spec.commandLine(), "--warmup must be at least 0 and --runs at least 1");
    }
    SessionOptions sessionOptions = options.sessionOptions().withProfiling(layers);
    long start = System.nanoTime();
    try (OpenModel open = options.open(model, sessionOptions)) {
      Session session = open.session();
      double openMillis = (System.nanoTime() - start) / 1e6;
      Latency latency = measure(session);
      if (json) {
        System.out.println(json(session, sessionOptions, openMillis, latency));
      } else {
        print(session, sessionOptions, openMillis, latency);
      }
      return ExitCode.DONE;
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

  /** One inference in milliseconds; filling the input isn't counted. */
  private static double run(Session session, byte[] input) {
    session.input(input);
    long start = System.nanoTime();
    session.run();
    return (System.nanoTime() - start) / 1e6;
  }

  /**
   * Times in milliseconds.
   *
   * @param first the first run of the process, in which nothing is compiled yet
   * @param p90 nine of ten runs were no slower
   */
  record Latency(double first, double min, double median, double p90, double max) {

    static Latency of(double first, double[] millis) {
      double[] sorted = millis.clone();
      Arrays.sort(sorted);
      int n = sorted.length;
      double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
      return new Latency(first, sorted[0], median, sorted[(int) Math.ceil(0.9 * n) - 1], sorted[n - 1]);
    }
  }

  private Json json(Session session, SessionOptions options, double openMillis, Latency latency) throws IOException {
    Machine machine = MachineDetection.detect();
    Json times =
        new Json()
            .put("median", latency.median())
            .put("p90", latency.p90())
            .put("min", latency.min())
            .put("max", latency.max());
    Json result =
        new Json()
            .put("model", model.toString())
            .put("latency_ms", times)
            .put("first_ms", latency.first())
            .put("open_ms", openMillis)
            .put("warmup", warmup)
            .put("runs", runs)
            .put("threads", options.threads())
            .put("arena_bytes", session.memoryBudget().arena())
            .put("weights_bytes", session.memoryBudget().weights())
            .put("decoded_bytes", session.memoryBudget().decoded())
            .put("planned_bytes", session.memoryBudget().total())
            .put("allocated_bytes", allocatedBytes)
            .put("peak_rss_bytes", PeakMemory.bytes())
            .put("kernels", session.kernelChoice())
            .put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"))
            .put("machine", Devices.machine(machine, DeviceProfiles.match(machine)));
    return layers ? result.put("layers", session.profile().stream().map(Benchmark::layer).toList()) : result;
  }

  private static Json layer(LayerProfile layer) {
    return new Json()
        .put("name", layer.name())
        .put("kind", layer.kind())
        .put("shape", layer.shape())
        .put("method", layer.method())
        .put("ms", layer.meanMillis())
        .put("macs", layer.macs())
        .put("bits", layer.averageBits())
        .put("weight_bytes", layer.weightBytes())
        .put("activation_bytes", layer.activationBytes());
  }

  private void print(Session session, SessionOptions options, double openMillis, Latency latency) throws IOException {
    if (layers) {
      System.out.println(table(session.profile()));
    }
    System.out.printf(
        Locale.ROOT,
        "latency   median %.2f ms  p90 %.2f  min %.2f  max %.2f  (%d runs, %d threads)%n",
        latency.median(), latency.p90(), latency.min(), latency.max(), runs, options.threads());
    System.out.printf(Locale.ROOT, "cold      opened in %.1f ms, first run %.1f ms%n", openMillis, latency.first());
    String peak = PeakMemory.bytes().isPresent() ? ByteSize.format(PeakMemory.bytes().getAsLong()) : "unknown";
    System.out.printf(
        "memory    arena %s, weights %s, planned %s, peak of the process %s%n",
        ByteSize.format(session.memoryBudget().arena()),
        ByteSize.format(session.memoryBudget().weights()),
        ByteSize.format(session.memoryBudget().total()),
        peak);
    System.out.printf("heap      %d bytes allocated in %d runs%n", allocatedBytes, runs);
    System.out.println("kernels   " + session.kernelChoice());
  }

  private static TextTable table(List<LayerProfile> profile) {
    double total = profile.stream().mapToDouble(LayerProfile::meanMillis).sum();
    TextTable table = new TextTable("layer", "kind", "shape", "method", "bits", "bytes", "ms", "%", "GMAC/s");
    for (LayerProfile layer : profile) {
      List<String> row = new ArrayList<>(List.of(layer.name(), layer.kind(), layer.shape(), layer.method()));
      row.add(layer.macs() == 0 ? "" : format("%.2f", layer.averageBits()));
      row.add(layer.macs() == 0 ? "" : Long.toString(layer.weightBytes()));
      row.add(format("%.3f", layer.meanMillis()));
      row.add(format("%.1f", total == 0 ? 0 : 100 * layer.meanMillis() / total));
      boolean hasRate = layer.macs() > 0 && layer.meanMillis() > 0;
      row.add(hasRate ? format("%.1f", layer.macs() / layer.meanMillis() / 1e6) : "");
      table.row(row);
    }
    long bytes = profile.stream().mapToLong(LayerProfile::weightBytes).sum();
    return table.row(List.of("all", "", "", "", "", Long.toString(bytes), format("%.3f", total), "100.0", ""));
  }

  private static String format(String form, double value) {
    return String.format(Locale.ROOT, form, value);
  }
}
