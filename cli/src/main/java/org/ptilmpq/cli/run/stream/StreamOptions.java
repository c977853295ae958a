package org.ptilmpq.cli.run.stream;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of a stream of pictures on standard input. */
public final class StreamOptions {

  @Option(
      names = "--every",
      paramLabel = "N|TIME",
      converter = Every.Converter.class,
      description = "Of a stream, take each N-th frame (5), or one in a time (2s, 500ms).")
  private Every every;

  @Option(
      names = "--keep-all",
      description = "Of a stream, let frames wait for the network rather than drop them: for recordings.")
  private boolean keepAll;

  /** Returns whether any was given, so that the input is certainly a stream. */
  public boolean areGiven() {
    return every != null || keepAll;
  }

  Every every() {
    return every == null ? Every.frame() : every;
  }

  boolean keepAll() {
    return keepAll;
  }

  /** Chooses frames of a stream: every n-th, or at most one in a span of time. Remembers when it took one. */
  static final class Every {

    private final long count;
    private final long nanos;
    private boolean taken;
    private long lastTaken;

    private Every(long count, long nanos) {
      this.count = count;
      this.nanos = nanos;
    }

    static Every frame() {
      return new Every(1, 0);
    }

    /**
     * Returns whether a frame is wanted.
     *
     * @param number of the frame, from 1: the first one is wanted
     * @param now time of its arrival, {@link System#nanoTime}
     */
    boolean wants(long number, long now) {
      if ((number - 1) % count != 0 || taken && now - lastTaken < nanos) {
        return false;
      }
      taken = true;
      lastTaken = now;
      return true;
    }

    /** Reads "5" as every fifth frame, "2s" or "500ms" as one in that time. */
    static final class Converter implements ITypeConverter<Every> {

      private static final Pattern SPAN = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?) ?(us|µs|ms|s)");

      @Override
      public Every convert(String text) {
        if (text.matches("0*[1-9]\\d{0,8}")) {
          return new Every(Long.parseLong(text), 0);
        }
        Matcher span = SPAN.matcher(text);
        long nanos = span.matches() ? nanos(span.group(1), span.group(2)) : 0;
        if (nanos == 0) {
          throw new TypeConversionException(
              "'" + text + "' is neither a number of frames nor a span of time: write 5, 2s or 500ms");
        }
        return new Every(1, nanos);
      }

      private static long nanos(String number, String unit) {
        int digits =
            switch (unit) {
              case "s" -> 9;
              case "ms" -> 6;
              default -> 3;
            };
        return new BigDecimal(number).movePointRight(digits).longValue();
      }
    }
  }
}
