package org.ptilmpq.cli.quantize;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.ptilmpq.cli.process.StandardStreams;
import org.ptilmpq.quantizer.options.Progress;

/**
 * Shows progress on stderr. On a terminal: one bar per stage with the time left. In a file: one line per stage, and for
 * a long stage another now and then.
 */
final class ConsoleProgress implements Progress, AutoCloseable {

  private static final long NANOS_BETWEEN_LINES = Duration.ofSeconds(30).toNanos();
  private static final int REDRAW_MILLIS = 200;

  private final PrintStream err;
  private final boolean watched;
  private final LongSupplier nanoTime;
  private ProgressBar bar;
  private String stage = "";
  private int steps;
  private int done;
  private long stageStart;
  private long lastLine;

  ConsoleProgress() {
    this(System.err, StandardStreams.isErrorWatched(), System::nanoTime);
  }

  /**
   * @param watched whether lines are rewritten
   */
  ConsoleProgress(PrintStream err, boolean watched, LongSupplier nanoTime) {
    this.err = err;
    this.watched = watched;
    this.nanoTime = nanoTime;
  }

  @Override
  public void stage(String name, int count) {
    close();
    stage = name;
    steps = count;
    done = 0;
    stageStart = nanoTime.getAsLong();
    lastLine = stageStart;
    if (watched) {
      bar = bar(name, count);
    } else {
      err.println(name + " (" + count + " steps)");
    }
  }

  private ProgressBar bar(String name, int count) {
    return new ProgressBarBuilder()
        .setTaskName(name)
        .setInitialMax(count)
        .setUpdateIntervalMillis(REDRAW_MILLIS)
        .setRenderer(
            (state, width) ->
                ProgressText.line(
                    state.getTaskName(), state.getCurrent(), state.getMax(), state.getTotalElapsed(), width))
        .setConsumer(new ConsoleProgressBarConsumer(err))
        .build();
  }

  @Override
  public void step() {
    done++;
    long now = nanoTime.getAsLong();
    if (bar != null) {
      bar.step();
    } else if (now - lastLine >= NANOS_BETWEEN_LINES && done < steps) {
      lastLine = now;
      Duration elapsed = Duration.ofNanos(now - stageStart);
      err.println(stage + " " + ProgressText.percent(done, steps) + ProgressText.left(done, steps, elapsed));
    }
  }

  @Override
  public void note(String message) {
    err.println((bar == null ? "" : System.lineSeparator()) + message);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  /**
   * A stage of the work in one line: "rounding [########------------]  40 %  1 min 20 s left". The time left is
   * extrapolated from the steps that are done, and not shown before there is something to extrapolate.
   */
  static final class ProgressText {

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
}
