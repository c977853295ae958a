package org.ptilmpq.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.ptilmpq.runtime.Classification;
import org.ptilmpq.runtime.MemoryCapException;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;
import org.ptilmpq.runtime.image.PictureException;

/**
 * Classifies pictures from inside a Java program. One session classifies any number of pictures, one after the other; a
 * picture that can't be read is reported, and the next one is classified all the same.
 *
 * <pre>
 * java --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector \
 *   -cp … org.ptilmpq.examples.ClassifyPictures MODEL.pq PICTURE...
 * </pre>
 */
public final class ClassifyPictures {

  private ClassifyPictures() {}

  public static void main(String[] args) throws IOException {
    if (args.length < 2) {
      System.err.println("usage: ClassifyPictures MODEL.pq PICTURE...");
      System.exit(2);
    }
    // Refused when opened, not when it is too late: a model that needs more never computes a byte.
    SessionOptions options = SessionOptions.defaults().withThreads(2).withMemoryCap(200_000_000);
    try (Session session = Session.open(Path.of(args[0]), options)) {
      System.err.println(session.memoryBudget());
      for (String picture : List.of(args).subList(1, args.length)) {
        classify(session, Path.of(picture));
      }
    } catch (MemoryCapException e) {
      System.err.println(e.getMessage());
      System.exit(3);
    }
  }

  private static void classify(Session session, Path picture) {
    try {
      Classification result = session.classify(picture);
      for (Classification.Entry entry : result.top(3)) {
        String line = "%s\t%.4f\t%d\t%s";
        System.out.println(
            String.format(Locale.ROOT, line, picture, entry.probability(), entry.index(), entry.label()));
      }
    } catch (PictureException e) {
      System.err.println(e.getMessage());
    }
  }
}
