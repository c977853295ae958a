package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.testkit.Seeds;

/** Models that are opened and closed without end leave nothing. */
@Tag("endurance")
class OpeningsTest {

  private static final int OPENINGS = 10_000;

  /** Openings after which what the virtual machine compiles is compiled. */
  private static final int WARM = 2_000;

  private static final long GROWTH = 8_000_000;

  @TempDir Path folder;

  @Test
  void nothingIsLeftOfTenThousandOpenings() throws Exception {
    PqModel model = CodedModels.of(Seeds.random("OpeningsTest", 71), 4, 3_000);
    for (Storage storage : Storage.values()) {
      Path file = folder.resolve(storage + ".pq");
      PqWriter.write(model, file, storage);
      long before = 0;
      for (int i = 0; i < OPENINGS; i++) {
        try (Session session = Session.open(file, SessionOptions.defaults().withThreads(2))) {
          session.run();
        }
        if (i == WARM) {
          before = ProcessMemory.resident().getAsLong();
        }
      }
      long after = ProcessMemory.resident().getAsLong();
      System.out.printf("OpeningsTest: %s: %d bytes, %d after %d openings%n", storage, before, after, OPENINGS);
      assertThat(after - before).as("growth in bytes, %s", storage).isLessThan(GROWTH);
    }
  }
}
