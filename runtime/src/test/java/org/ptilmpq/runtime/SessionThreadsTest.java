package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.runtime.image.Picture;
import org.ptilmpq.runtime.image.PictureDecoder;
import org.ptilmpq.testkit.Seeds;

/** A session belongs to one thread at a time, and says so; sessions on one file don't disturb each other. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionThreadsTest {

  private static final int CALLERS = 2;

  @TempDir Path folder;
  private final PqModel model = RandomNetwork.of(Seeds.random("SessionThreadsTest", 4), 20);

  /** With more than one thread, two callers once waited for each other forever. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void twoThreadsOnOneSessionAreToldAndNobodyHangs(int threads) throws Exception {
    byte[][] pictures = {PatternPictures.png(40, 33), PatternPictures.png(33, 40)};
    AtomicInteger refused = new AtomicInteger();
    try (Session session = Session.open(model, SessionOptions.defaults().withThreads(threads))) {
      float[][] expected = {session.classify(pictures[0]).scores(), session.classify(pictures[1]).scores()};
      assertThat(expected[0]).isNotEqualTo(expected[1]);
      onThreads(caller -> {
        // On a busy machine they may take turns for a while.
        for (int runs = 0; runs < 100 || refused.get() == 0; runs++) {
          try {
            assertThat(session.classify(pictures[caller]).scores()).isEqualTo(expected[caller]);
          } catch (IllegalStateException e) {
            assertThat(e)
                .hasMessage("the session is at work on another thread; give each thread its own session, all of them on"
                    + " one PqFile");
            refused.incrementAndGet();
          }
        }
      });
      assertThat(session.classify(pictures[0]).scores()).isEqualTo(expected[0]);
      assertThat(session.classify(pictures[1]).scores()).isEqualTo(expected[1]);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSessionForEachThreadOnOneFileGivesTheScoresOfOneAlone(Storage storage) throws Exception {
    byte[][] pictures = {PatternPictures.png(40, 33), PatternPictures.png(33, 40)};
    float[][] expected = new float[CALLERS][];
    try (Session session = Session.open(model, SessionOptions.defaults())) {
      for (int i = 0; i < CALLERS; i++) {
        expected[i] = session.classify(pictures[i]).scores();
      }
    }
    Path path = folder.resolve("model.pq");
    PqWriter.write(model, path, storage);
    try (PqFile file = PqFile.open(path)) {
      onThreads(caller -> {
        for (int openings = 0; openings < 5; openings++) {
          try (Session session = Session.open(file, SessionOptions.defaults().withThreads(2))) {
            for (int runs = 0; runs < 20; runs++) {
              assertThat(session.classify(pictures[caller]).scores()).isEqualTo(expected[caller]);
            }
          }
        }
      });
    }
  }

  @Test
  void isNotUsedOrClosedWhileItRuns() throws Exception {
    byte[] png = PatternPictures.png(9, 9);
    Path path = Files.write(folder.resolve("picture.png"), png);
    Picture picture = new PictureDecoder().decode(png);
    AtomicReference<Session> open = new AtomicReference<>();
    AtomicInteger refused = new AtomicInteger();
    Runnable again =
        () -> {
          for (ThrowingCallable use : uses(open.get(), png, path, picture)) {
            assertThatThrownBy(use).isInstanceOf(IllegalStateException.class).hasMessageContaining("at work");
          }
          refused.incrementAndGet();
        };
    SessionOptions options = SessionOptions.defaults().withThreads(1);
    try (KernelSet chosen = KernelProvider.choose().kernels();
        Session expected = Session.open(model, options);
        Session session = Session.open(model, options.withKernels(new InterruptedKernels(chosen, again)))) {
      open.set(session);
      byte[] input = NetworkTest.randomInput(Seeds.random("isNotUsedOrClosedWhileItRuns", 1), model);
      session.input(input);
      session.run();
      expected.input(input);
      expected.run();
      assertThat(refused.get()).isPositive();
      assertThat(session.logits()).isEqualTo(expected.logits());
    }
  }

  /** Whatever one thread alone may do. */
  private List<ThrowingCallable> uses(Session session, byte[] png, Path path, Picture picture) {
    Ranking ranking = new Ranking(1);
    return List.of(
        session::run,
        session::close,
        session::logits,
        () -> session.input(new byte[model.inputTensor().elements()]),
        () -> session.run(new byte[model.inputTensor().elements()]),
        () -> session.input(picture),
        () -> session.decode(path),
        () -> session.classify(picture),
        () -> session.classify(png),
        () -> session.classify(path),
        () -> session.classify(new ByteArrayInputStream(png)),
        () -> session.rank(picture, ranking),
        () -> session.rank(png, 0, png.length, ranking),
        () -> session.rank(path, ranking));
  }

  /** The work of one of several threads. */
  private interface Caller {
    void use(int caller) throws Exception;
  }

  /** Runs on as many threads as there are callers, and throws what any of them threw. */
  private static void onThreads(Caller work) throws Exception {
    List<Callable<Void>> calls = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      int caller = i;
      calls.add(() -> {
        work.use(caller);
        return null;
      });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
      for (Future<Void> call : threads.invokeAll(calls)) {
        call.get();
      }
    }
  }
}
