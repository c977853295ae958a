package org.ptilmpq.cli.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ptilmpq.runtime.Classification;
import org.ptilmpq.runtime.Session;

/** One picture after the other through a session. A picture that can't be read is told of, and the next one taken. */
final class PictureRun {

  private static final String STANDARD_INPUT = "-";

  /** More bytes than any JPEG or PNG within the decoder's limits has. */
  private static final int LARGEST_INPUT = 256 << 20;

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
    byte[] bytes = System.in.readNBytes(LARGEST_INPUT + 1);
    if (bytes.length > LARGEST_INPUT) {
      throw new IOException("more than " + (LARGEST_INPUT >> 20) + " MiB on standard input");
    }
    return session.classify(bytes);
  }

  /** What is wrong with a picture, its name first; the decoder's own messages may have it already. */
  static String unreadable(String picture, IOException e) {
    if (!picture.equals(STANDARD_INPUT) && !Files.exists(Path.of(picture))) {
      return picture + ": no such file";
    }
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.startsWith(picture) ? message : picture + ": " + message;
  }
}
