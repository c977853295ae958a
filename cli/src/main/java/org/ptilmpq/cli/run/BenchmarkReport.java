package org.ptilmpq.cli.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ptilmpq.cli.Json;
import org.ptilmpq.profiles.ByteSize;
import org.ptilmpq.profiles.DeviceProfiles;
import org.ptilmpq.profiles.Machine;
import org.ptilmpq.profiles.MachineDetection;
import org.ptilmpq.runtime.LayerProfile;
import org.ptilmpq.runtime.ProcessMemory;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;

/**
 * The measurements of a benchmark, as human-readable text and as JSON.
 *
 * @param layers whether each layer's time is shown
 * @param openMillis time until the model could run
 * @param allocatedBytes bytes allocated on the Java heap by all threads in all measured runs together
 */
record BenchmarkReport(
    Path model,
    Session session,
    SessionOptions options,
    int warmup,
    int runs,
    boolean layers,
    double openMillis,
    Latency latency,
    long allocatedBytes) {

  /** Returns one object, whose fields are in docs/cli.md. */
  Json json() throws IOException {
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
            .put("peak_rss_bytes", ProcessMemory.peak())
            .put("kernels", session.kernelChoice())
            .put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"))
            .put("tiles", Devices.tiles(options.tileSizes()))
            .put("machine", Devices.machine(machine, DeviceProfiles.match(machine)));
    return layers ? result.put("layers", session.profile().stream().map(BenchmarkReport::layer).toList()) : result;
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

  /** Prints some lines on stdout, after a table of the layers. */
  void print() throws IOException {
    if (layers) {
      System.out.println(table(session.profile()));
    }
    System.out.printf(
        Locale.ROOT,
        "latency   median %.2f ms  p90 %.2f  min %.2f  max %.2f  (%d runs, %d threads)%n",
        latency.median(), latency.p90(), latency.min(), latency.max(), runs, options.threads());
    System.out.printf(Locale.ROOT, "cold      opened in %.1f ms, first run %.1f ms%n", openMillis, latency.first());
    String peak = ProcessMemory.peak().isPresent() ? ByteSize.format(ProcessMemory.peak().getAsLong()) : "unknown";
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

  /**
   * Times of one inference in milliseconds.
   *
   * @param first the first run of the process, when nothing is compiled yet
   * @param p90 nine of ten runs were no slower
   */
  record Latency(double first, double min, double median, double p90, double max) {

    /** @param millis times of the measured runs, in any order */
    static Latency of(double first, double[] millis) {
      double[] sorted = millis.clone();
      Arrays.sort(sorted);
      int n = sorted.length;
      double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
      return new Latency(first, sorted[0], median, sorted[(int) Math.ceil(0.9 * n) - 1], sorted[n - 1]);
    }
  }
}
