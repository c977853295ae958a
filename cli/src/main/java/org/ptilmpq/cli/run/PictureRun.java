package org.ptilmpq.cli.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.ptilmpq.cli.process.HeapBound;
import org.ptilmpq.cli.run.output.ClassificationPrinter;
import org.ptilmpq.cli.run.output.OutputClosedException;
import org.ptilmpq.runtime.Ranking;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.image.Picture;
import org.ptilmpq.runtime.image.PictureException;

/** Runs one picture after the other through a session. One that can't be read is reported, and the next one taken. */
final class PictureRun {

  private final Session session;
  private final ClassificationPrinter printer;
  private final Ranking ranking;
  private final StartTimes times;

  /**
   * @param ranking decides how many classes are kept
   * @param times records the first picture
   */
  PictureRun(Session session, ClassificationPrinter printer, Ranking ranking, StartTimes times) {
    this.session = session;
    this.printer = printer;
    this.ranking = ranking;
    this.times = times;
  }

  /**
   * Classifies pictures and returns whether all could be read.
   *
   * @throws OutputClosedException when nobody reads the results any more
   * @throws IOException when a result could not be written
   */
  boolean classify(List<String> pictures) throws IOException {
    boolean all = true;
    HeapBound heap = new HeapBound(session.memoryBudget().heap());
    for (String picture : pictures) {
      heap.keep();
      long start = System.nanoTime();
      try {
        Picture decoded = session.decode(Path.of(picture));
        times.decoded();
        session.rank(decoded, ranking);
      } catch (PictureException e) {
        System.err.println("ptilmpq: " + unreadable(picture, e));
        all = false;
        continue;
      }
      printer.picture(picture, ranking, (System.nanoTime() - start) / 1e6);
      times.classified();
    }
    return all;
  }

  /** Returns what is wrong with a picture, its name first; the decoder's messages about files already have it. */
  static String unreadable(String picture, IOException e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.startsWith(picture) ? message : picture + ": " + message;
  }
}
