package org.ptilmpq.quantizer.report;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;

/** Human-readable numbers, in the same words on every machine. What isn't a finite number is a dash. */
final class NumberText {

  static final String ABSENT = "–";

  private static final double BYTES_PER_MB = 1e6;

  private NumberText() {}

  /** A whole number with separated thousands: 7,012,345. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A size: 7.012 MB, below 0.1 MB in kB. */
  static String size(double bytes) {
    boolean large = Math.abs(bytes) >= BYTES_PER_MB / 10;
    return large ? fixed(bytes / BYTES_PER_MB, 3) + " MB" : fixed(bytes / 1e3, 3) + " kB";
  }

  /** A number with some decimals. */
  static String fixed(double value, int decimals) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%,." + decimals + "f", value) : ABSENT;
  }

  /** A share, 0…1, in percent with two decimals. */
  static String percent(double share) {
    return Double.isFinite(share) ? fixed(100 * share, 2) + " %" : ABSENT;
  }

  static String percent(OptionalDouble share) {
    return percent(share.orElse(Double.NaN));
  }

  /** A number with three significant digits, for figures that span orders of magnitude. */
  static String significant(double value) {
    if (!Double.isFinite(value)) {
      return ABSENT;
    }
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.3g", value);
  }

  static String significant(OptionalDouble value) {
    return significant(value.orElse(Double.NaN));
  }

  /** A duration: 0.8 s, 12.3 s, 4 min 5 s. */
  static String time(Duration time) {
    if (time.compareTo(Duration.ofMinutes(1)) < 0) {
      return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
    }
    return String.format(Locale.ROOT, "%,d min %d s", time.toMinutes(), time.toSecondsPart());
  }
}
