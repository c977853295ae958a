package org.ptilmpq.cli.run.stream;

/**
 * Reports on stderr the frames that can't be used: each one, but at most one line per second, since a loose cable would
 * otherwise fill the log.
 */
final class DamageReport {

  private static final long NANOS_BETWEEN = 1_000_000_000;

  private boolean reported;
  private long lastReport;
  private long untold;
  private long count;

  /** May be called by any thread. */
  synchronized void report(long frame, String what) {
    count++;
    long now = System.nanoTime();
    if (reported && now - lastReport < NANOS_BETWEEN) {
      untold++;
      return;
    }
    String more = untold == 0 ? "" : " (and " + untold + " more since the last message)";
    System.err.println("ptilmpq: frame " + frame + " skipped: " + what + more);
    reported = true;
    lastReport = now;
    untold = 0;
  }

  /** Returns the number of frames reported so far. */
  synchronized long count() {
    return count;
  }
}
