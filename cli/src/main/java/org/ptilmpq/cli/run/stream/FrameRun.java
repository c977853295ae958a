package org.ptilmpq.cli.run.stream;

import java.io.IOException;
import org.ptilmpq.cli.process.StandardStreams;
import org.ptilmpq.cli.run.stream.LatestFrame.Frame;
import org.ptilmpq.runtime.image.PictureException;

/** Classifies one frame of a stream after the other. One that can't be read is reported, and the next one taken. */
final class FrameRun {

  private final PictureLoop loop;
  private final ClassificationPrinter printer;
  private final LatestFrame latest;
  private final DamageReport damage;
  private volatile long classified;

  FrameRun(PictureLoop loop, ClassificationPrinter printer, LatestFrame latest, DamageReport damage) {
    this.loop = loop;
    this.printer = printer;
    this.latest = latest;
    this.damage = damage;
  }

  /**
   * Classifies frames until the stream ends.
   *
   * @param millisUntilStream how long to wait, after the first frame, whether it is the only one and so a picture; 0:
   *     it isn't
   * @throws StandardStreams.ClosedException when nobody reads the results any more
   * @throws IOException when reading or writing failed
   */
  void classify(long millisUntilStream) throws IOException, InterruptedException {
    long unprinted = 0;
    for (Frame frame = latest.take(); frame != null; frame = latest.take()) {
      try {
        loop.rank(frame.bytes(), 0, frame.length(), printer.ranking());
      } catch (PictureException e) {
        damage.report(frame.number(), e.getMessage());
        unprinted += frame.dropped();
        continue;
      }
      double millis = loop.millis();
      boolean first = classified++ == 0;
      if (first && millisUntilStream > 0 && latest.isTheOnlyOne(millisUntilStream)) {
        printer.picture(StandardInput.NAME, millis);
      } else {
        printer.frame(frame.number(), unprinted + frame.dropped(), millis);
      }
      unprinted = 0;
    }
  }

  /** Returns the number of frames classified so far. */
  long classified() {
    return classified;
  }

  /** Returns a human-readable line on what became of the frames. */
  String summary(long frames) {
    return frames + " frames: " + classified + " classified, " + latest.dropped() + " dropped, " + damage.count()
        + " damaged";
  }

  /**
   * Reports on stderr the frames that can't be used: each one, but at most one line per second, since a loose cable
   * would otherwise fill the log.
   */
  static final class DamageReport {

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
}
