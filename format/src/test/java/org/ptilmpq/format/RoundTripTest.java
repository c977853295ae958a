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

  @Test
  void compressedModelsComeBackAsTheyWere() throws Exception {
    RandomGenerator random = Seeds.random("RoundTripTest", 12);
    Path path = folder.resolve("model.pq");
    for (int i = 0; i < 200; i++) {
      PqModel model = RandomModels.model(random, i % 14);
      byte[] packed = PqWriter.toBytes(model);
      PqWriter.write(model, path, Storage.COMPRESSED);
      try (PqFile file = PqFile.open(path)) {
        assertThat(file.storage()).isEqualTo(Storage.COMPRESSED);
        assertThat(file.fileBytes()).isEqualTo(PqWriter.fileBytes(model, Storage.COMPRESSED));
        assertOutline(file, model);
        assertSame(file.model(), model);
        assertThat(PqWriter.toBytes(file.model())).isEqualTo(packed);
        assertThat(PqWriter.toBytes(file.model(), Storage.COMPRESSED)).isEqualTo(Files.readAllBytes(path));
      }
    }
  }

  /** Asserts what is known before anything is decoded. */
  private static void assertOutline(PqFile file, PqModel model) {
    List<Operation.Convolution> convolutions = model.convolutions();
    assertThat(file.layerBytes()).hasSameSizeAs(convolutions);
    for (int i = 0; i < convolutions.size(); i++) {
      Weights weights = convolutions.get(i).weights();
      Weights outline = file.outline().convolutions().get(i).weights();
      assertThat(outline.codes().byteSize() + outline.tails().byteSize()).isZero();
      assertThat(outline.scales()).isEqualTo(weights.scales());
      assertThat(file.layerBytes().get(i).codes()).isEqualTo(weights.codes().byteSize());
      assertThat(file.layerBytes().get(i).tails()).isEqualTo(weights.tails().byteSize());
    }
    PqFile.Parts parts = file.parts();
    assertThat(parts.graph() + parts.channels() + parts.levels() + parts.frame()).isEqualTo(file.fileBytes());
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
