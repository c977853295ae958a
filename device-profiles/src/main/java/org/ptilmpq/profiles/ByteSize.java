package org.ptilmpq.profiles;

import java.util.Locale;
import java.util.Map;

/**
 * Sizes in human-readable form: "48MB", "12.75MB", "160MiB", "4096". 1 kB is 10³ bytes, 1 MB 10⁶, 1 GB 10⁹; 1 KiB is
 * 2¹⁰, 1 MiB 2²⁰, 1 GiB 2³⁰. Case doesn't matter, and a number alone is bytes.
 */
public final class ByteSize {

  /** The most digits before and after the point. */
  private static final int WHOLE_DIGITS = 15;

  private static final int FRACTION_DIGITS = 9;

  private static final Map<String, Long> UNITS =
      Map.of(
          "", 1L, "b", 1L,
          "kb", 1_000L, "mb", 1_000_000L, "gb", 1_000_000_000L,
          "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30);

  private ByteSize() {}

  /**
   * The number of whole bytes in a size, rounded down.
   *
   * @throws IllegalArgumentException when the text is no size, or one that 63 bits can't hold
   */
  public static long parse(String text) {
    String size = text.strip();
    int point = digitsFrom(size, 0);
    int end = point;
    if (point < size.length() && size.charAt(point) == '.') {
      end = digitsFrom(size, point + 1);
    }
    Long unit = UNITS.get(size.substring(end).strip().toLowerCase(Locale.ROOT));
    boolean hasFraction = end > point;
    if (unit == null
        || point < 1
        || point > WHOLE_DIGITS
        || hasFraction && (end == point + 1 || end > point + 1 + FRACTION_DIGITS)) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a size; write 48MB (10^6 bytes), 46MiB (2^20) or a number");
    }
    long whole = Long.parseLong(size, 0, point, 10);
    // Nine digits times 2^30 fit.
    long fraction = hasFraction ? Long.parseLong(size, point + 1, end, 10) * unit : 0;
    for (int i = point + 1; i < end; i++) {
      fraction /= 10;
    }
    if (Math.multiplyHigh(whole, unit) != 0 || whole * unit < 0 || whole * unit + fraction < 0) {
      throw new IllegalArgumentException("\"" + text + "\" is more than 2^63 bytes");
    }
    return whole * unit + fraction;
  }

  /** Where digits that begin at an index end. */
  private static int digitsFrom(String text, int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  /** Formats a size in powers of two with one decimal at most: "512 bytes", "46.2 MiB", "1 GiB". */
  public static String format(long bytes) {
    if (bytes < 1L << 10) {
      return bytes + " bytes";
    }
    String[] names = {"KiB", "MiB", "GiB", "TiB"};
    double value = bytes / 1024.0;
    int unit = 0;
    while (value >= 1023.95 && unit < names.length - 1) {
      value /= 1024;
      unit++;
    }
    String number = String.format(Locale.ROOT, "%.1f", value);
    return (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number) + " " + names[unit];
  }
}
