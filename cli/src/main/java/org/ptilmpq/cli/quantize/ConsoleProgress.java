package org.ptilmpq.cli.quantize;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.ptilmpq.cli.process.StandardStreams;
import org.ptilmpq.quantizer.Progress;

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
}
