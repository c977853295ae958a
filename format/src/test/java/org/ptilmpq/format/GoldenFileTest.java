package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Files of released versions stay readable. {@code golden-1.0.pq} was written once by {@link GoldenModel#main}; it is
 * not to be written again: when this fails, the reader or the writer has changed, not the file.
 */
class GoldenFileTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden-1.0.pq");

  @Test
  void goldenFileHoldsWhatItsRecipeSays() throws Exception {
    try (PqFile file = PqFile.open(GOLDEN)) {
      RoundTripTest.assertSame(file.model(), GoldenModel.model());
    }
  }
}
