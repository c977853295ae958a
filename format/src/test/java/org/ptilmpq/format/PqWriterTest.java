package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PqWriterTest {

  @TempDir Path folder;

  @Test
  void anInterruptedWriterLeavesTheOldFile() throws Exception {
    Path path = Files.writeString(folder.resolve("model.pq"), "old");
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> PqWriter.write(GoldenModel.model(), path))
          .isInstanceOf(ClosedByInterruptException.class);
    } finally {
      Thread.interrupted();
    }
    assertThat(path).hasContent("old");
    assertOnly(path);
  }

  @Test
  void anInvalidModelLeavesTheOldFile() throws Exception {
    Path path = Files.writeString(folder.resolve("model.pq"), "old");
    PqModel invalid = With.tensor(GoldenModel.model(), 1, "scale", Float.NaN);
    assertThatThrownBy(() -> PqWriter.write(invalid, path)).isInstanceOf(PqFormatException.class);
    assertThat(path).hasContent("old");
    assertOnly(path);
  }

  @Test
  void aFileInUseKeepsItsWeightsWhenANewOneTakesItsName() throws Exception {
    Path path = folder.resolve("model.pq");
    PqWriter.write(GoldenModel.model(), path);
    try (PqFile old = PqFile.open(path)) {
      PqWriter.write(With.with(GoldenModel.model(), "name", "other"), path);
      RoundTripTest.assertSame(old.model(), GoldenModel.model());
    }
    try (PqFile renewed = PqFile.open(path)) {
      assertThat(renewed.model().name()).isEqualTo("other");
    }
    assertOnly(path);
  }

  private void assertOnly(Path path) throws IOException {
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void aMissingFolderIsNamed() {
    assertThatThrownBy(() -> PqWriter.write(GoldenModel.model(), folder.resolve("missing/model.pq")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no folder " + folder.resolve("missing"));
  }

  @Test
  void codesInNativeMemoryAreWrittenLikeOthers() throws Exception {
    PqModel model = GoldenModel.model();
    MemorySegment codes = ((Operation.Convolution) model.operations().get(0)).weights().codes();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(codes.byteSize()).copyFrom(codes);
      assertThat(PqWriter.toBytes(With.weights(model, 0, "codes", copy))).isEqualTo(PqWriter.toBytes(model));
    }
  }

  @Test
  void anIdentityOrderIsLeftOut() throws Exception {
    PqModel model = GoldenModel.model();
    int[] identity = IntStream.range(0, 8).toArray();
    PqModel spelledOut = With.weights(model, GoldenModel.DEPTHWISE, "channelOrder", identity);
    assertThat(PqWriter.toBytes(spelledOut)).isEqualTo(PqWriter.toBytes(model));
  }

  /** More channels than 16 bits can number. */
  @Test
  void aLongOrderComesBack() throws Exception {
    int channels = (1 << 16) + 3;
    int[] order = IntStream.range(0, channels).map(position -> channels - 1 - position).toArray();
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    List<ChannelGroup> groups = List.of(new ChannelGroup(channels, 0, new Grid.Uniform()));
    MemorySegment codes = BitPacking.pack(groups, 3, new short[channels][]);
    Weights weights = new Weights(3, groups, order, ones, ones, codes, MemorySegment.NULL);
    PqModel model =
        new PqModel(
            "wide",
            List.of(
                new Tensor("picture", 1, 1, 3, Tensor.Type.INT8, 1, 0),
                new Tensor("scores", 1, 1, channels, Tensor.Type.FLOAT32, 1, 0)),
            List.of(
                new Operation.Convolution(
                    "fc", 0, -1, 1, Operation.Window.of(1, 1, 1, 1, 0, 0), 1, -128, 127, weights)),
            0,
            1,
            new Preprocessing(0, new float[3], new float[] {1, 1, 1}),
            List.of(),
            new Provenance("", "", "", "", ""));
    PqFile file = PqFile.of(PqWriter.toBytes(model));
    RoundTripTest.assertSame(file.model(), model);
  }
}
