package org.ptilmpq.cli.quantize;

import java.time.Duration;

/**
 * A stage of the work in one line: "rounding [########------------]  40 %  1 min 20 s left". The time left is
 * extrapolated from the steps that are done, and not shown before there is something to extrapolate.
 */
final class ProgressText {

  private static final int BAR = 24;
  private static final Duration SOONEST = Duration.ofSeconds(1);

  private ProgressText() {}

  /** Returns the line, cut to a width. */
  static String line(String stage, long done, long steps, Duration elapsed, int width) {
    int filled = steps > 0 ? (int) (BAR * Math.clamp(done, 0, steps) / steps) : 0;
    String bar = " [" + "#".repeat(filled) + "-".repeat(BAR - filled) + "] ";
    String words = percent(done, steps) + left(done, steps, elapsed);
    String line = stage + bar + words;
    if (line.length() > width) {
      line = stage + " " + words;
    }
    return line.length() > width ? line.substring(0, Math.max(0, width)) : line;
  }

  /** Returns the share that is done, like " 40 %". */
  static String percent(long done, long steps) {
    return steps > 0 ? "%3d %%".formatted(100 * Math.clamp(done, 0, steps) / steps) : "";
  }

  /** Returns the time left, like "  1 min 20 s left", or an empty text. */
  static String left(long done, long steps, Duration elapsed) {
    if (done < 1 || done >= steps || elapsed.compareTo(SOONEST) < 0) {
      return "";
    }
    Duration left = Duration.ofMillis((long) ((double) elapsed.toMillis() / done * (steps - done)));
    return "  " + time(left) + " left";
  }

  /** Returns a time like 40 s, 3 min 5 s or 1 h 2 min. */
  static String time(Duration time) {
    if (time.toMinutes() == 0) {
      return time.toSeconds() + " s";
    }
    if (time.toHours() == 0) {
      return time.toMinutes() + " min " + time.toSecondsPart() + " s";
    }
    return time.toHours() + " h " + time.toMinutesPart() + " min";
  }
}
