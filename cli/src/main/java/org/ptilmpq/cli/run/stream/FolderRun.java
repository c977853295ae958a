package org.ptilmpq.cli.run.stream;

import java.io.IOException;
import java.nio.file.Path;
import org.ptilmpq.cli.process.HeapBound;
import org.ptilmpq.cli.run.output.ClassificationPrinter;
import org.ptilmpq.cli.run.output.OutputClosedException;
import org.ptilmpq.runtime.Ranking;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.image.PictureException;

/** {@code --watch}: classifies pictures as they are dropped into a folder, until someone ends it. */
public final class FolderRun {

  private final Session session;
  private final ClassificationPrinter printer;
  private final Ranking ranking;

  /**
   * @param ranking decides how many classes are kept
   */
  public FolderRun(Session session, ClassificationPrinter printer, Ranking ranking) {
    this.session = session;
    this.printer = printer;
    this.ranking = ranking;
  }

  /**
   * Never returns: a picture that can't be read is reported, and the next one waited for.
   *
   * @throws OutputClosedException when nobody reads the results any more
   * @throws IOException when the folder has gone, or writing failed
   */
  public void watch(Path folder) throws IOException, InterruptedException {
    HeapBound heap = new HeapBound(session.memoryBudget().heap());
    try (WatchedFolder watched = new WatchedFolder(folder)) {
      System.err.println("ptilmpq: waiting for pictures in " + folder);
      while (true) {
        Path file = watched.next();
        heap.keep();
        long began = System.nanoTime();
        try {
          session.rank(file, ranking);
        } catch (PictureException e) {
          System.err.println("ptilmpq: " + e.getMessage());
          continue;
        }
        printer.picture(file.toString(), ranking, (System.nanoTime() - began) / 1e6);
      }
    }
  }
}
