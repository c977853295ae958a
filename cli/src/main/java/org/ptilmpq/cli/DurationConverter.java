package org.ptilmpq.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A span of time: a number and its unit, "20ms", "0.5s", "800us". */
public final class DurationConverter implements ITypeConverter<Duration> {

  private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?) ?(us|µs|ms|s)");

  @Override
  public Duration convert(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new TypeConversionException("'" + text + "' is no span of time: write 20ms, 0.5s or 800us");
    }
    int digits =
        switch (parts.group(2)) {
          case "s" -> 9;
          case "ms" -> 6;
          default -> 3;
        };
    long nanoseconds = new BigDecimal(parts.group(1)).movePointRight(digits).longValue();
    if (nanoseconds < 1) {
      throw new TypeConversionException("'" + text + "' is shorter than a nanosecond");
    }
    return Duration.ofNanos(nanoseconds);
  }
}
