package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.testkit.AllocationGate;
import org.ptilmpq.testkit.Seeds;

/** Once its kernels are compiled, a run allocates nothing, on no thread. */
class AllocationTest {

  private static final int RUNS = 200;

  /** Until then the interpreter runs vector code, which boxes every vector. Compilation ends far earlier. */
  private static final int MOST_WARM_UPS = 200;

  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "2, true"})
  void runsAllocateNothing(int threads, boolean profiling) throws Exception {
    PqModel model = RandomNetwork.of(Seeds.random("AllocationTest", 3), 25);
    SessionOptions options = SessionOptions.defaults().withThreads(threads).withProfiling(profiling);
    try (Session session = Session.open(model, options)) {
      Runnable runs =
          () -> {
            for (int i = 0; i < RUNS; i++) {
              session.run();
            }
          };
      for (int i = 0; i < MOST_WARM_UPS && AllocationGate.allocatedBytes(runs) > 0; i++) {
        // Warming up: the condition runs the network.
      }
      assertThat(AllocationGate.allocatedBytes(runs)).as("bytes in %d runs", RUNS).isZero();
    }
  }
}
