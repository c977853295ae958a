package org.ptilmpq.cli.run.stream;

import java.time.Duration;
import org.ptilmpq.cli.DurationConverter;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Which frames of a stream are wanted: each n-th, or at most one in a span of time. Remembers when it took one. */
final class Every {

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

  /** "5" is each fifth frame, "2s" or "500ms" one in that time. */
  static final class Converter implements ITypeConverter<Every> {
    @Override
    public Every convert(String text) {
      if (text.matches("0*[1-9]\\d{0,8}")) {
        return new Every(Long.parseLong(text), 0);
      }
      try {
        Duration span = new DurationConverter().convert(text);
        return new Every(1, span.toNanos());
      } catch (TypeConversionException e) {
        throw new TypeConversionException(
            "'" + text + "' is neither a number of frames nor a span of time: write 5, 2s or 500ms");
      }
    }
  }
}
