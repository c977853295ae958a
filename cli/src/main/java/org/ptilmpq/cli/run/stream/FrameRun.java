package org.ptilmpq.cli.run.stream;

import java.io.IOException;
import org.ptilmpq.cli.process.HeapBound;
import org.ptilmpq.cli.run.output.ClassificationPrinter;
import org.ptilmpq.cli.run.output.OutputClosedException;
import org.ptilmpq.runtime.Ranking;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.image.PictureException;

/** Runs one frame after the other through a session. One that can't be read is reported, and the next one taken. */
final class FrameRun {

  private final Session session;
  private final ClassificationPrinter printer;
  private final Ranking ranking;
  private final LatestFrame latest;
  private final DamageReport damage;
  private final HeapBound heap;
  private volatile long classified;

  FrameRun(
      Session session, ClassificationPrinter printer, Ranking ranking, LatestFrame latest, DamageReport damage) {
    this.session = session;
    this.printer = printer;
    this.ranking = ranking;
    this.latest = latest;
    this.damage = damage;
    this.heap = new HeapBound(session.memoryBudget().heap());
  }

  /**
   * Classifies frames until the stream ends.
   *
   * @param millisUntilStream how long to wait, after the first frame, whether it is the only one and so a picture; 0:
   *     it isn't
   * @throws OutputClosedException when nobody reads the results any more
   * @throws IOException when reading or writing failed
   */
  void classify(long millisUntilStream) throws IOException, InterruptedException {
    long unprinted = 0;
    for (Frame frame = latest.take(); frame != null; frame = latest.take()) {
      heap.keep();
      long began = System.nanoTime();
      try {
        session.rank(frame.bytes(), 0, frame.length(), ranking);
      } catch (PictureException e) {
        damage.report(frame.number(), e.getMessage());
        unprinted += frame.dropped();
        continue;
      }
      double millis = (System.nanoTime() - began) / 1e6;
      boolean first = classified++ == 0;
      if (first && millisUntilStream > 0 && latest.isTheOnlyOne(millisUntilStream)) {
        printer.picture(StandardInput.NAME, ranking, millis);
      } else {
        printer.frame(frame.number(), unprinted + frame.dropped(), ranking, millis);
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
}
