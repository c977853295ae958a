package org.ptilmpq.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.format.Storage;
import org.ptilmpq.quantizer.options.Effort;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.options.QuantizationException;
import org.ptilmpq.quantizer.options.QuantizerOptions;
import org.ptilmpq.quantizer.options.Target;
import org.ptilmpq.quantizer.report.QuantizationReport;
import org.ptilmpq.testkit.Seeds;

/** Small models with random weights, from an ONNX file to a session. */
class QuantizerTest {

  private static final Preprocessing PREPROCESSING =
      new Preprocessing(0, new float[] {120, 110, 100}, new float[] {60, 55, 50});

  @TempDir Path folder;
  private Path pictures;
  private RandomGenerator random;

  @BeforeEach
  void drawPictures() throws IOException {
    random = Seeds.example(20_26);
    pictures = SmallModel.pictures(folder.resolve("pictures"), 40, random);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 6, 8})
  void sessionComputesWhatTheFileSays(int bits) throws Exception {
    Path model = SmallModel.residual(random).write(folder.resolve("model.onnx"));
    QuantizationReport report = quantize(options(model, new Target.Width(bits)));
    assertThat(report.layers()).allSatisfy(layer -> assertThat(layer.channels().kernel()).containsOnly(bits));
    CheckedSession.check(file(), random);
  }

  @Test
  void sessionComputesWhatAFileOfMixedWidthsSays() throws Exception {
    Path model = SmallModel.residual(random).write(folder.resolve("model.onnx"));
    QuantizationReport report = quantize(options(model, new Target.FileSize(48_000)));
    assertThat(report.file().bytes()).isEqualTo(Files.size(file())).isBetween(47_700L, 48_000L);
    assertThat(report.layers()).anyMatch(layer -> layer.channels().kernel().stream().distinct().count() > 1);
    CheckedSession.check(file(), random);
  }

  @Test
  void eightBitsAgreeWithFloat() throws Exception {
    Path model = SmallModel.residual(random).write(folder.resolve("model.onnx"));
    quantize(options(model, new Target.Width(8)));
    ComparisonResult comparison =
        Comparison.compare(model, file(), pictures, Optional.empty(), 2, Progress.NONE);
    assertThat(comparison.pictures()).isEqualTo(40);
    assertThat(comparison.agreement()).isGreaterThan(0.9);
    assertThat(comparison.meanKl()).isLessThan(0.01);
    assertThat(comparison.floatTop1()).isEmpty();
  }

  @Test
  void aBudgetIsBetterSpentThanOnEqualWidths() throws Exception {
    Path model = SmallModel.residual(random).write(folder.resolve("model.onnx"));
    QuantizationReport equal = quantize(options(model, new Target.Width(3)));
    double equalKl = Comparison.compare(model, file(), pictures, Optional.empty(), 2, Progress.NONE).meanKl();
    QuantizationReport chosen = quantize(options(model, new Target.FileSize(equal.file().bytes())));
    assertThat(chosen.file().bytes()).isLessThanOrEqualTo(equal.file().bytes());
    double chosenKl = Comparison.compare(model, file(), pictures, Optional.empty(), 2, Progress.NONE).meanKl();
    assertThat(chosenKl).isLessThan(equalKl);
  }

  @Test
  void aNetworkThatEndsInAPoolingGetsAnExactScoreLayer() throws Exception {
    Path model = SmallModel.endingInPooling(random).write(folder.resolve("model.onnx"));
    QuantizationReport report = quantize(options(model, new Target.Width(8)));
    CheckedSession.check(file(), random);
    assertThat(Comparison.compare(model, file(), pictures, Optional.empty(), 1, Progress.NONE).meanKl())
        .isLessThan(0.01);
    assertThat(report.layers().getLast().figures().relativeError().orElseThrow()).isZero();
  }

  @Test
  void theNumberOfThreadsDoesNotChangeAByte() throws Exception {
    Path model = SmallModel.residual(random).write(folder.resolve("model.onnx"));
    byte[] first = null;
    for (int threads : new int[] {1, 2, 5}) {
      quantize(options(model, new Target.FileSize(40_000), threads));
      byte[] bytes = Files.readAllBytes(file());
      first = first == null ? bytes : first;
      assertThat(bytes).isEqualTo(first);
    }
  }

  @Test
  void channelsWithoutWeightsStoreNone() throws Exception {
    SmallModel small = new SmallModel(random, 3);
    float[] weights = small.gaussian(64 * 27, 0.3f);
    Arrays.fill(weights, 5 * 27, 9 * 27, 0);
    Path model = small.conv(weights, 3, 64, 3, 2, 1, 1).relu().globalAverage().dense(64, SmallModel.CLASSES)
        .write(folder.resolve("model.onnx"));
    for (Target target : List.of(new Target.Width(1), new Target.Width(3), new Target.FileSize(4_500))) {
      QuantizationReport report = quantize(options(model, target));
      assertThat(Collections.frequency(report.layers().getFirst().channels().kernel(), 0)).isGreaterThanOrEqualTo(4);
      CheckedSession.check(file(), random);
    }
  }

  @Test
  void provenanceLabelsAndPreprocessingAreInTheFile() throws Exception {
    Path model = SmallModel.residual(random).write(folder.resolve("net.v1.onnx"));
    Path labels = labels(SmallModel.CLASSES);
    quantize(options(model, pictures, Optional.of(labels), new Target.Width(8), 25, 2));
    try (PqFile file = PqFile.open(file())) {
      assertThat(file.model().name()).isEqualTo("net.v1");
      assertThat(file.model().labels()).hasSize(10).first().isEqualTo("class 0");
      assertThat(file.model().preprocessing().mean()).containsExactly(120, 110, 100);
      assertThat(file.model().provenance().sourceSha256()).hasSize(64);
      assertThat(file.model().provenance().calibration()).isEqualTo("25 pictures of pictures");
      assertThat(file.model().provenance().settings()).contains("8 bits");
    }
  }

  @Test
  void poolingReadsAndWritesOneGrid() throws Exception {
    Path model = SmallModel.residual(random).write(folder.resolve("model.onnx"));
    quantize(options(model, new Target.Width(8)));
    try (PqFile file = PqFile.open(file())) {
      PqModel pq = file.model();
      for (Operation operation : pq.operations()) {
        if (operation instanceof Operation.MaxPooling pool) {
          assertThat(pq.tensors().get(pool.output()).scale()).isEqualTo(pq.tensors().get(pool.input()).scale());
          assertThat(pq.tensors().get(pool.output()).zeroPoint()).isEqualTo(-128);
        }
      }
    }
  }

  @Test
  void tooSmallABudgetSaysTheSmallest() throws Exception {
    Path model = SmallModel.residual(random).write(folder.resolve("model.onnx"));
    assertThatThrownBy(() -> quantize(options(model, new Target.FileSize(3_000))))
        .isInstanceOf(QuantizationException.class)
        .hasMessageContaining("with 1 bit a weight it has");
    assertThat(folder.resolve("model.pq")).doesNotExist();
  }

  @Test
  void labelsMustBeAsManyAsClasses() throws Exception {
    Path model = SmallModel.residual(random).write(folder.resolve("model.onnx"));
    Path labels = labels(9);
    assertThatThrownBy(
            () -> quantize(options(model, pictures, Optional.of(labels), new Target.Width(8), 25, 2)))
        .isInstanceOf(QuantizationException.class)
        .hasMessageContaining("9 labels, the model has 10 classes");
  }

  @Test
  void fewUnreadablePicturesAreCountedAndManyAreAnError() throws Exception {
    Path model = SmallModel.residual(random).write(folder.resolve("model.onnx"));
    Files.writeString(pictures.resolve("0003.png"), "not a picture");
    Files.writeString(pictures.resolve("0033.png"), "not a picture");
    Recorder recorder = new Recorder();
    QuantizationReport report = Quantizer.quantize(options(model, new Target.Width(8)), recorder);
    assertThat(report.skipped()).hasSize(2);
    try (PqFile file = PqFile.open(file())) {
      assertThat(file.model().provenance().calibration()).isEqualTo("38 pictures of pictures");
    }
    assertThat(recorder.notes).singleElement().asString().startsWith("2 of 40").containsPattern("00(03|33)\\.png");
    Files.writeString(pictures.resolve("0020.png"), "not a picture");
    assertThatThrownBy(() -> quantize(options(model, new Target.Width(8))))
        .isInstanceOf(QuantizationException.class)
        .hasMessageContaining("3 of 40")
        .hasMessageContaining("more than 5 %");
  }

  @Test
  void aFolderWithoutPicturesIsAnError() throws Exception {
    Path model = SmallModel.residual(random).write(folder.resolve("model.onnx"));
    Path empty = Files.createDirectory(folder.resolve("empty"));
    for (Path nothing : List.of(empty, folder.resolve("missing"))) {
      assertThatThrownBy(
              () -> quantize(options(model, nothing, Optional.empty(), new Target.Width(8), 25, 2)))
          .isInstanceOf(QuantizationException.class)
          .hasMessageContaining(nothing.toString());
    }
  }

  @Test
  void weightsThatAreNoNumbersAreNamed() throws Exception {
    SmallModel small = new SmallModel(random, 3);
    float[] weights = small.gaussian(8 * 27, 0.3f);
    weights[100] = Float.NaN;
    Path model = small.conv(weights, 3, 8, 3, 1, 1, 1).relu().globalAverage().dense(8, SmallModel.CLASSES)
        .write(folder.resolve("model.onnx"));
    assertThatThrownBy(() -> quantize(options(model, new Target.Width(8))))
        .hasMessageContaining("conv")
        .hasMessageContaining("NaN");
  }

  @Test
  void picturesHaveThreeChannels() throws Exception {
    Path model = new SmallModel(random, 4).conv(4, 8, 3, 1, 1, 1).globalAverage().dense(8, SmallModel.CLASSES)
        .write(folder.resolve("model.onnx"));
    assertThatThrownBy(() -> quantize(options(model, new Target.Width(8))))
        .isInstanceOf(QuantizationException.class)
        .hasMessageContaining("4 channels");
  }

  @Test
  void aCropOfAnotherSizeThanTheModelsIsAnError() throws Exception {
    Path model = SmallModel.residual(random).write(folder.resolve("model.onnx"));
    Path output = folder.resolve("model.pq");
    QuantizerOptions options =
        QuantizerOptions.of(model, output).calibration(pictures).preprocessing(PREPROCESSING).crop(24).build();
    assertThatThrownBy(() -> quantize(options)).isInstanceOf(QuantizationException.class).hasMessageContaining("24");
  }

  @Test
  void anInterruptedRunLeavesTheOldFile() throws Exception {
    Path model = SmallModel.residual(random).write(folder.resolve("model.onnx"));
    Path output = Files.writeString(folder.resolve("model.pq"), "old");
    Progress interrupting =
        new Recorder() {
          @Override
          public void stage(String name, int steps) {
            if (name.startsWith("rounding")) {
              Thread.currentThread().interrupt();
            }
          }
        };
    assertThatThrownBy(() -> Quantizer.quantize(options(model, new Target.Width(8)), interrupting))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(output).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsOnly("model.onnx", "model.pq", "pictures");
    }
  }

  @Test
  void progressAddsUp() throws Exception {
    Path model = SmallModel.residual(random).write(folder.resolve("model.onnx"));
    Recorder recorder = new Recorder();
    Quantizer.quantize(options(model, new Target.Width(8)), recorder);
    assertThat(recorder.stages).hasSizeGreaterThan(3);
    assertThat(recorder.stepsDone).isEqualTo(recorder.stepsPromised);
  }

  private Path file() {
    return folder.resolve("model.pq");
  }

  private QuantizationReport quantize(QuantizerOptions options) throws IOException, QuantizationException {
    return Quantizer.quantize(options, Progress.NONE);
  }

  private QuantizerOptions options(Path model, Target target) {
    return options(model, target, 2);
  }

  private QuantizerOptions options(Path model, Target target, int threads) {
    return options(model, pictures, Optional.empty(), target, Effort.BALANCED.pictures(), threads);
  }

  private QuantizerOptions options(
      Path model, Path calibration, Optional<Path> labels, Target target, int count, int threads) {
    QuantizerOptions.Builder options =
        QuantizerOptions.of(model, file())
            .calibration(calibration)
            .preprocessing(PREPROCESSING)
            .target(target)
            .effort(Effort.BALANCED.withPictures(count))
            .storage(Storage.PACKED)
            .threads(threads);
    labels.ifPresent(options::labels);
    return options.build();
  }

  private Path labels(int count) throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("class " + i);
    }
    return Files.write(folder.resolve("labels.txt"), names);
  }

  private static class Recorder implements Progress {
    final List<String> stages = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    int stepsPromised;
    int stepsDone;

    @Override
    public void stage(String name, int steps) {
      stages.add(name);
      stepsPromised += steps;
    }

    @Override
    public void step() {
      stepsDone++;
    }

    @Override
    public void note(String message) {
      notes.add(message);
    }
  }
}
