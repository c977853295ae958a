package org.ptilmpq.profiles;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sizes as people write them: "48MB", "12.75MB", "160MiB", "4096". 1 kB is 10³ bytes, 1 MB 10⁶, 1 GB 10⁹; 1 KiB is 2¹⁰,
 * 1 MiB 2²⁰, 1 GiB 2³⁰. Case doesn't matter, and a number alone is bytes.
 */
public final class ByteSize {

  private static final Pattern FORM = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)\\s*([A-Za-z]*)");
  private static final Map<String, Long> UNITS =
      Map.of(
          "", 1L, "b", 1L,
          "kb", 1_000L, "mb", 1_000_000L, "gb", 1_000_000_000L,
          "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30);

  private ByteSize() {}

  /**
   * The number of whole bytes, rounded down.
   *
   * @throws IllegalArgumentException when the text is no size, or one that 63 bits can't hold
   */
  public static long parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches() || !UNITS.containsKey(matcher.group(2).toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a size; write 48MB (10^6 bytes), 46MiB (2^20) or a number");
    }
    long unit = UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT));
    BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
    if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("\"" + text + "\" is more than 2^63 bytes");
    }
    return bytes.longValue();
  }

  /** For people, in powers of two with one decimal at most: "512 bytes", "46.2 MiB", "1 GiB". */
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
