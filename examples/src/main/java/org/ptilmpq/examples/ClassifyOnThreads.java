package org.ptilmpq.examples;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.runtime.Classification;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;
import org.ptilmpq.runtime.image.PictureException;

/** Classifies pictures on several threads, which share one file and have a session each. */
public final class ClassifyOnThreads {

  private ClassifyOnThreads() {}

  public static void main(String[] args) throws Exception {
    List<Path> pictures = Stream.of(args).skip(1).map(Path::of).toList();
    classify(Path.of(args[0]), pictures, 2).forEach(System.out::println);
  }

  /** An answer for each picture, in their order. */
  static List<String> classify(Path model, List<Path> pictures, int threads) throws Exception {
    String[] answers = new String[pictures.size()];
    AtomicInteger next = new AtomicInteger();
    // The file is closed last, after all sessions on it.
    try (PqFile file = PqFile.open(model); ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      Callable<Void> worker = () -> {
        // The threads have the processors between them, so each session computes on its caller's alone.
        try (Session session = Session.open(file, SessionOptions.defaults().withThreads(1))) {
          for (int i = next.getAndIncrement(); i < answers.length; i = next.getAndIncrement()) {
            answers[i] = answer(session, pictures.get(i));
          }
          return null;
        }
      };
      for (Future<Void> done : executor.invokeAll(Collections.nCopies(threads, worker))) {
        done.get();
      }
    }
    return List.of(answers);
  }

  private static String answer(Session session, Path picture) {
    try {
      Classification.Entry best = session.classify(picture).best();
      return String.format(Locale.ROOT, "%s: %s, %.4f", picture, best.label(), best.probability());
    } catch (PictureException e) {
      // Its message begins with the path; the next picture may be fine.
      return e.getMessage();
    }
  }
}
