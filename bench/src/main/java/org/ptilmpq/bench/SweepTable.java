package org.ptilmpq.bench;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * A sweep as a human-readable table, with the limits, and how many large layers reach the bar. The spread is from fork
 * to fork.
 */
final class SweepTable {

  /** The share of its limit that every large layer should have. */
  private static final double BAR = 0.75;

  private SweepTable() {}

  static String of(SweepResult result) {
    StringBuilder out = new StringBuilder();
    out.append(
        "%s, one thread, %s codes, medians of %d interleaved rounds in each of %d forks%n"
            .formatted(result.java(), result.codes(), result.rounds(), result.forks()));
    for (String kernels : result.kernelSets()) {
      SweepResult set = result.of(kernels);
      String limits = set.limits().stream().map(SweepTable::limit).collect(Collectors.joining(", "));
      out.append("%n%s; limits in GMAC/s: %s%n".formatted(kernels, limits));
      out.append("layer                 bits  method                  ms  GMAC/s  of limit  spread%n".formatted());
      set.rows().forEach(row -> out.append(line(row, set.share(row))));
      out.append(large(set));
    }
    return out.toString();
  }

  private static String limit(SweepResult.Limit limit) {
    return String.format(
        Locale.ROOT,
        "%s %.1f%s",
        limit.method(),
        limit.gmacPerSecond(),
        limit.isByBits() ? " ÷ bits of weights" : "");
  }

  private static String line(SweepResult.Row row, OptionalDouble share) {
    return String.format(
        Locale.ROOT,
        "%-19s %s %4d  %-18s %7.3f  %6.1f  %8s  %4.1f %%%n",
        row.layer(),
        row.isLarge() ? "*" : " ",
        row.bits(),
        row.method(),
        row.milliseconds(),
        row.gmacPerSecond(),
        share.isPresent() ? String.format(Locale.ROOT, "%.1f %%", 100 * share.getAsDouble()) : "unknown",
        100 * row.spread());
  }

  /** Counts widths and products of a layer by themselves, as the bar does. */
  private static String large(SweepResult set) {
    List<SweepResult.Row> large = set.rows().stream().filter(SweepResult.Row::isLarge).toList();
    long reach = large.stream().filter(row -> set.share(row).orElse(0) >= BAR).count();
    return String.format(
        Locale.ROOT,
        "* at least %.2f GMAC: %d of %d reach %.0f %% of the limit%n",
        ResNet50Layer.LARGE_MACS * 1e-9,
        reach,
        large.size(),
        100 * BAR);
  }
}
