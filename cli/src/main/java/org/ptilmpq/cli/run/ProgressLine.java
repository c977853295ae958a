package org.ptilmpq.cli.run;

import java.util.Locale;
import org.ptilmpq.cli.process.StandardStreams;

/** One line on stderr that counts steps, only where someone watches, rewritten ten times a second at most. */
final class ProgressLine implements AutoCloseable {

  private static final long NANOS_BETWEEN = 100_000_000;
  private static final String ERASE = "\r\u001b[K";

  private final String name;
  private final int steps;
  private final boolean watched = StandardStreams.isErrorWatched();
  private final long start = System.nanoTime();
  private long drawn = start - NANOS_BETWEEN;
  private int done;

  ProgressLine(String name, int steps) {
    this.name = name;
    this.steps = steps;
  }

  void step() {
    done++;
    long now = System.nanoTime();
    if (watched && now - drawn >= NANOS_BETWEEN) {
      drawn = now;
      double rate = done / ((now - start) / 1e9);
      System.err.print(ERASE + String.format(Locale.ROOT, "%s %d/%d  %.1f/s", name, done, steps, rate));
    }
  }

  /** Prints a line above the progress line. */
  void message(String text) {
    System.err.println((watched ? ERASE : "") + text);
  }

  @Override
  public void close() {
    if (watched) {
      System.err.print(ERASE);
    }
  }
}
