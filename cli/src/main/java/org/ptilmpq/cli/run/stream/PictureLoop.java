package org.ptilmpq.cli.run.stream;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.ptilmpq.cli.process.StandardStreams;
import org.ptilmpq.runtime.Ranking;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.image.Picture;
import org.ptilmpq.runtime.image.PictureException;

/**
 * Runs one picture after the other through a session, wherever they come from: takes the time of each, and keeps the
 * Java heap near the size of what lives in it. Pictures larger than the young generation is made for are moved to the
 * old one while they are decoded, and the serial collector lets that grow to the maximum heap, half of the machine's
 * memory, before it collects it. So the heap is collected between two pictures once it holds more than was planned.
 */
public final class PictureLoop {

  /** Bytes for young objects, and for garbage that is not worth a collection yet. */
  private static final long ROOM = 24_000_000;

  private final Session session;
  private long bound;
  private long began;
  private long decoded;
  private long firstDecoded;
  private long firstPrinted;

  public PictureLoop(Session session) {
    this.session = session;
    this.bound = session.memoryBudget().heap() + ROOM;
  }

  /**
   * Ranks the classes of the picture in a file.
   *
   * @throws PictureException when it can't be read; the message starts with the path
   */
  public void rank(Path file, Ranking ranking) throws PictureException {
    begin();
    Picture picture = session.decode(file);
    decoded = System.nanoTime();
    try {
      session.rank(picture, ranking);
    } catch (PictureException e) {
      throw new PictureException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Ranks the classes of an encoded picture, {@code length} bytes from {@code offset} on.
   *
   * @throws PictureException when it can't be read
   */
  public void rank(byte[] buffer, int offset, int length, Ranking ranking) throws PictureException {
    begin();
    session.rank(buffer, offset, length, ranking);
  }

  private void begin() {
    if (used() > bound) {
      System.gc();
      // What still lives is not garbage: collecting again and again would only cost time.
      bound = Math.max(session.memoryBudget().heap(), used()) + ROOM;
    }
    began = System.nanoTime();
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Returns the milliseconds since the last picture was taken up. */
  double millis() {
    return (System.nanoTime() - began) / 1e6;
  }

  /**
   * Classifies the pictures of these names and returns whether all could be read; the others are reported.
   *
   * @throws StandardStreams.ClosedException when nobody reads the results any more
   * @throws IOException when a result could not be written
   */
  public boolean classify(List<String> pictures, ClassificationPrinter printer) throws IOException {
    boolean all = true;
    for (String picture : pictures) {
      all &= classify(picture, Path.of(picture), printer);
    }
    return all;
  }

  /** Classifies a picture and returns whether it could be read; if not, that is reported. */
  boolean classify(String name, Path file, ClassificationPrinter printer) throws IOException {
    try {
      rank(file, printer.ranking());
    } catch (PictureException e) {
      System.err.println("ptilmpq: " + e.getMessage());
      return false;
    }
    printer.picture(name, millis());
    if (firstPrinted == 0) {
      firstDecoded = decoded;
      firstPrinted = System.nanoTime();
    }
    return true;
  }

  /** Returns the {@link System#nanoTime} at which the first printed picture was decoded; 0 if there is none. */
  public long firstDecoded() {
    return firstDecoded;
  }

  /** Returns the {@link System#nanoTime} at which the first picture's classes were printed; 0 if there is none. */
  public long firstPrinted() {
    return firstPrinted;
  }
}
