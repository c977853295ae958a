package org.ptilmpq.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A comparison as text: a human-readable table, or one JSON object per line. */
final class ComparisonReport {

  private ComparisonReport() {}

  static String table(PeerComparison.Result result) {
    StringBuilder out = new StringBuilder();
    out.append("kernels: ").append(result.kernels()).append('\n');
    out.append("threads  engine               median ms    p90 ms    min ms   × fp32   correlation\n");
    for (PeerComparison.Row row : result.rows()) {
      Latency latency = row.latency();
      out.append(
          String.format(
              Locale.ROOT,
              "%7d  %-18s %11.3f %9.3f %9.3f %8.3f %13.4f%n",
              row.threads(),
              row.engine(),
              latency.median(),
              latency.p90(),
              latency.min(),
              row.ratio(),
              row.correlation()));
    }
    return out.toString();
  }

  /** Fields as in {@code benchmark --json} of the command line, and what the comparison adds. Kernels are PTILMPQ's. */
  static String json(PeerComparison.Result result, int rounds) {
    List<String> lines =
        result.rows().stream()
            .map(
                row ->
                    String.format(
                        Locale.ROOT,
                        "{\"engine\":\"%s\",\"kernels\":%s,\"threads\":%d,\"rounds\":%d,"
                            + "\"latency_ms\":{\"median\":%.4f,\"p90\":%.4f,\"min\":%.4f},"
                            + "\"ratio_to_fp32\":%.4f,\"correlation_with_fp32\":%s}",
                        row.engine(),
                        JsonObject.quoted(result.kernels()),
                        row.threads(),
                        rounds,
                        row.latency().median(),
                        row.latency().p90(),
                        row.latency().min(),
                        row.ratio(),
                        Double.isFinite(row.correlation())
                            ? String.format(Locale.ROOT, "%.6f", row.correlation())
                            : "null"))
            .toList();
    return lines.stream().collect(Collectors.joining("\n", "", "\n"));
  }
}
