package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.runtime.image.Picture;
import org.ptilmpq.runtime.image.PictureException;
import org.ptilmpq.testkit.AllocationGate;
import org.ptilmpq.testkit.Seeds;

/** Once its kernels are compiled, a run allocates nothing, on no thread. */
class AllocationTest {

  private static final int RUNS = 200;

  @TempDir Path folder;

  /**
   * Beyond HotSpot's highest compilation threshold for calls (15,000). Before a method is compiled, vectors are boxed;
   * at the thresholds themselves a run now and then allocates an object or two.
   */
  private static final int WARM_UP_RUNS = 20_000;

  @ParameterizedTest
  @CsvSource({"1, false, PACKED", "2, true, COMPRESSED"})
  void runsAllocateNothing(int threads, boolean profiling, Storage storage) throws Exception {
    PqModel model = RandomNetwork.of(Seeds.example(7), 13);
    SessionOptions options = SessionOptions.defaults().withThreads(threads).withProfiling(profiling);
    Path path = folder.resolve("model.pq");
    PqWriter.write(model, path, storage);
    try (PqFile file = PqFile.open(path);
        Session session = Session.open(file, options)) {
      assertThat(session.profile().stream().anyMatch(LayerProfile::shared)).isEqualTo(threads > 1);
      List<Thread> computing = computingThreads();
      assertThat(computing).hasSize(threads);
      run(session, WARM_UP_RUNS);
      assertThat(AllocationGate.settledBytes(() -> run(session, RUNS), computing))
          .as("bytes in %d runs", RUNS)
          .isZero();
    }
  }

  /** The work of a stream on a picture apart from decoding it, which is the decoder's affair. */
  @Test
  void rankingADecodedPictureAllocatesNothing() throws Exception {
    PqModel model = RandomNetwork.of(Seeds.random("AllocationTest", 8), 13);
    Picture picture = new Picture(97, 61, new byte[3 * 97 * 61]);
    Ranking ranking = new Ranking(3);
    try (Session session = Session.open(model, SessionOptions.defaults().withThreads(1))) {
      List<Thread> own = List.of(Thread.currentThread());
      assertThat(AllocationGate.settledBytes(() -> rank(session, picture, ranking), own)).isZero();
      assertThat(ranking.score(0)).isEqualTo(session.classify(picture).best().score());
    }
  }

  private static void rank(Session session, Picture picture, Ranking ranking) {
    try {
      for (int i = 0; i < RUNS; i++) {
        session.rank(picture, ranking);
      }
    } catch (PictureException e) {
      throw new AssertionError(e);
    }
  }

  private static void run(Session session, int runs) {
    for (int i = 0; i < runs; i++) {
      session.run();
    }
  }

  private static List<Thread> computingThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread == Thread.currentThread() || thread.getName().startsWith("ptilmpq-worker-"))
        .toList();
  }
}
