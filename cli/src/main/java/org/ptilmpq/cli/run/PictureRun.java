package org.ptilmpq.cli.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.ptilmpq.runtime.Classification;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.image.DecodeLimits;
import org.ptilmpq.runtime.image.PictureException;

/** One picture after the other through a session. A picture that can't be read is told of, and the next one taken. */
final class PictureRun {

  private static final String STANDARD_INPUT = "-";

  private final Session session;
  private final ClassificationPrinter printer;
  private final int top;

  PictureRun(Session session, ClassificationPrinter printer, int top) {
    this.session = session;
    this.printer = printer;
    this.top = top;
  }

  /** Gives whether all could be read. */
  boolean classify(List<String> pictures) {
    boolean all = true;
    for (String picture : pictures) {
      try {
        long start = System.nanoTime();
        Classification classification = classify(picture);
        printer.print(picture, classification.top(top), (System.nanoTime() - start) / 1e6);
      } catch (IOException e) {
        System.err.println("ptilmpq: " + unreadable(picture, e));
        all = false;
      }
    }
    return all;
  }

  private Classification classify(String picture) throws IOException {
    if (!picture.equals(STANDARD_INPUT)) {
      return session.classify(Path.of(picture));
    }
    // Collecting bytes whose number isn't known takes up to twice their memory.
    int most = (int) Math.min(DecodeLimits.DEFAULT.maxFileBytes(), session.pictureBytes() / 2);
    byte[] bytes = System.in.readNBytes(most + 1);
    if (bytes.length > most) {
      throw new PictureException("more than the " + most + " bytes allowed");
    }
    return session.classify(bytes);
  }

  /** What is wrong with a picture, its name first: the decoder's messages have it when they come from a file. */
  static String unreadable(String picture, IOException e) {
    String name = picture.equals(STANDARD_INPUT) ? "standard input" : picture;
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.startsWith(name) ? message : name + ": " + message;
  }
}
