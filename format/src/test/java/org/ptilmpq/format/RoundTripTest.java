package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.testkit.Seeds;

class RoundTripTest {

  @TempDir Path folder;

  @Test
  void randomModelsComeBackAsTheyWere() throws Exception {
    RandomGenerator random = Seeds.random("RoundTripTest", 11);
    Path path = folder.resolve("model.pq");
    for (int i = 0; i < 200; i++) {
      PqModel model = RandomModels.model(random, i % 14);
      PqWriter.write(model, path);
      try (PqFile file = PqFile.open(path)) {
        assertSame(file.model(), model);
        assertThat(file.fileBytes()).isEqualTo(Files.size(path)).isEqualTo(PqWriter.fileBytes(model));
        assertThat(PqWriter.toBytes(file.model())).isEqualTo(Files.readAllBytes(path));
      }
    }
    try (var files = Files.list(folder)) {
      assertThat(files).as("no temporary file is left").containsExactly(path);
    }
  }

  static void assertSame(PqModel read, PqModel written) {
    assertThat(read)
        .usingRecursiveComparison()
        .ignoringFields("operations")
        .isEqualTo(written);
    List<Operation> operations = written.operations();
    assertThat(read.operations()).hasSameSizeAs(operations);
    for (int i = 0; i < operations.size(); i++) {
      if (operations.get(i) instanceof Operation.Convolution convolution) {
        Operation.Convolution twin = (Operation.Convolution) read.operations().get(i);
        assertThat(twin).usingRecursiveComparison().ignoringFields("weights").isEqualTo(convolution);
        assertSame(twin.weights(), convolution.weights());
      } else {
        assertThat(read.operations().get(i)).isEqualTo(operations.get(i));
      }
    }
  }

  private static void assertSame(Weights read, Weights written) {
    assertThat(read.inputs()).isEqualTo(written.inputs());
    assertThat(read.groups()).isEqualTo(written.groups());
    assertThat(read.scales()).isEqualTo(written.scales());
    assertThat(read.biases()).isEqualTo(written.biases());
    for (int position = 0; position < written.channels(); position++) {
      assertThat(read.outputChannel(position)).isEqualTo(written.outputChannel(position));
    }
    assertThat(read.codes().isReadOnly()).isTrue();
    assertThat(read.codes().toArray(ValueLayout.JAVA_BYTE))
        .isEqualTo(written.codes().toArray(ValueLayout.JAVA_BYTE));
    assertThat(read.tails().toArray(ValueLayout.JAVA_BYTE))
        .isEqualTo(written.tails().toArray(ValueLayout.JAVA_BYTE));
  }
}
