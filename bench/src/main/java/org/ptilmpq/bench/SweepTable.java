package org.ptilmpq.bench;

import java.util.Locale;
import java.util.OptionalDouble;

/** A sweep as a table for people, and what the limits were. The spread is from fork to fork. */
final class SweepTable {

  private SweepTable() {}

  static String of(SweepResult result) {
    StringBuilder out = new StringBuilder();
    out.append(
        "%s, one thread, %s codes, medians of %d interleaved rounds in each of %d forks%n"
            .formatted(result.java(), result.codes(), result.rounds(), result.forks()));
    for (MachineLimits limits : result.limits()) {
      out.append(
          String.format(
              Locale.ROOT,
              "%nvectors of %d bits; limits in GMAC/s: fp32 lanes %.1f, look-up %.1f ÷ bits of weights%n"
                  + "layer                bits  products method          ms  GMAC/s  of limit  spread%n",
              limits.vectorBits(),
              limits.fp32(),
              limits.lookUpAt1Bit()));
      result.rows().stream()
          .filter(row -> row.vectorBits() == limits.vectorBits())
          .forEach(row -> out.append(line(row, row.share(limits))));
    }
    return out.toString();
  }

  private static String line(SweepRow row, OptionalDouble share) {
    return String.format(
        Locale.ROOT,
        "%-20s %4d  %-8s %-12s %6.3f  %6.1f  %8s  %4.1f %%%n",
        row.layer(),
        row.bits(),
        row.products(),
        row.method(),
        row.milliseconds(),
        row.gmacPerSecond(),
        share.isPresent() ? String.format(Locale.ROOT, "%.1f %%", 100 * share.getAsDouble()) : "unknown",
        100 * row.spread());
  }
}
