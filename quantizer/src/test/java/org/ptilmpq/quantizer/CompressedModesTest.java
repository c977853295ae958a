package org.ptilmpq.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.format.Grid;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.format.Storage;
import org.ptilmpq.quantizer.options.Effort;
import org.ptilmpq.quantizer.options.Method;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.options.QuantizationException;
import org.ptilmpq.quantizer.options.QuantizerOptions;
import org.ptilmpq.quantizer.options.Target;
import org.ptilmpq.quantizer.report.QuantizationReport;
import org.ptilmpq.testkit.Seeds;

/** Every mode and target of compressed files on small models with random weights, from an ONNX file to a session. */
class CompressedModesTest {

  private static final Preprocessing PREPROCESSING =
      new Preprocessing(0, new float[] {120, 110, 100}, new float[] {60, 55, 50});
  private static final Effort EFFORT = new Effort(40, 0, 32, true, true, true, true, true);

  @TempDir Path folder;
  private RandomGenerator random;
  private Path pictures;
  private Path model;

  @BeforeEach
  void draw() throws Exception {
    random = Seeds.example(20_28);
    pictures = SmallModel.pictures(folder.resolve("pictures"), 40, random);
    model = SmallModel.residual(random).write(folder.resolve("model.onnx"));
  }

  private QuantizerOptions.Builder options() {
    return QuantizerOptions.of(model, file())
        .calibration(pictures)
        .preprocessing(PREPROCESSING)
        .effort(EFFORT)
        .threads(2);
  }

  private Path file() {
    return folder.resolve("model.pq");
  }

  private QuantizationReport quantize(QuantizerOptions.Builder options) throws Exception {
    return Quantizer.quantize(options.build(), Progress.NONE);
  }

  private ComparisonResult compare() throws Exception {
    return Comparison.compare(model, file(), pictures, Optional.empty(), 2, Progress.NONE);
  }

  @Test
  void aSizeIsMetFromBelowAndClosely() throws Exception {
    double kl = 0;
    for (long bytes : new long[] {50_000, 30_000, 20_000}) {
      QuantizationReport report = quantize(options().target(new Target.FileSize(bytes)));
      assertThat(report.file().bytes()).isEqualTo(Files.size(file())).isBetween(bytes - bytes / 100, bytes);
      CheckedSession.check(file(), random);
      double found = compare().meanKl();
      assertThat(found).as("KL at %d bytes", bytes).isGreaterThan(kl);
      kl = found;
    }
    assertThat(kl).isLessThan(0.5);
  }

  @Test
  void aBudgetThatIsTooSmallSaysTheSmallest() {
    assertThatThrownBy(() -> quantize(options().target(new Target.FileSize(3_000))))
        .isInstanceOf(QuantizationException.class)
        .hasMessageContaining("at least");
    assertThat(folder.resolve("model.pq")).doesNotExist();
  }

  @Test
  void theNumberOfThreadsDoesNotChangeAByte() throws Exception {
    byte[] first = null;
    for (int threads : new int[] {1, 2, 5}) {
      quantize(options().target(new Target.FileSize(30_000)).threads(threads));
      byte[] bytes = Files.readAllBytes(file());
      first = first == null ? bytes : first;
      assertThat(bytes).isEqualTo(first);
    }
  }

  @Test
  void theFaithfulModeGrowsWithAlpha() throws Exception {
    long before = 0;
    for (double alpha : new double[] {0, 0.5, 1}) {
      Method method = new Method.Ptilmpq(alpha, 5, 3, Method.ChannelCriterion.ERROR);
      QuantizationReport report = quantize(options().method(method).storage(Storage.PACKED));
      assertThat(report.file().bytes()).as("alpha %s", alpha).isGreaterThan(before);
      before = report.file().bytes();
      CheckedSession.check(file(), random);
      try (PqFile file = PqFile.open(file())) {
        assertThat(file.model().convolutions())
            .anyMatch(
                convolution ->
                    convolution.weights().groups().stream()
                        .anyMatch(group -> group.grid() instanceof Grid.TwoRegion));
      }
    }
  }

  @Test
  void everyCriterionOfChannelsWorks() throws Exception {
    for (Method.ChannelCriterion criterion : Method.ChannelCriterion.values()) {
      quantize(options().method(new Method.Ptilmpq(0.5, 4, 3, criterion)));
      CheckedSession.check(file(), random);
    }
  }

  @Test
  void eightBitsNeedNoPictures() throws Exception {
    quantize(
        QuantizerOptions.of(model, file())
            .preprocessing(PREPROCESSING)
            .effort(EFFORT)
            .target(new Target.Width(8))
            .threads(2));
    CheckedSession.check(file(), random);
    assertThat(compare().agreement()).isGreaterThan(0.8);
  }

  @Test
  void aDropNeedsPicturesToSeeItOnAndIsHeld() throws Exception {
    assertThatThrownBy(() -> quantize(options().target(new Target.MaxDrop(5))))
        .isInstanceOf(QuantizationException.class)
        .hasMessageContaining("128 calibration pictures");
    Path more = SmallModel.pictures(folder.resolve("more"), 144, random);
    QuantizationReport report = quantize(options().calibration(more).target(new Target.MaxDrop(15)));
    CheckedSession.check(file(), random);
    assertThat(report.accuracy().orElseThrow().agreement()).isGreaterThanOrEqualTo(0.85);
    QuantizationReport eight = quantize(options().calibration(more).target(new Target.Share(0, 8, 8)));
    assertThat(report.file().bytes()).isLessThan(eight.file().bytes());
  }

  @Test
  void aShareIsAMeanNumberOfBits() throws Exception {
    long before = 0;
    for (double alpha : new double[] {0, 0.5, 1}) {
      Target.Share share = new Target.Share(alpha, 5, 2);
      QuantizationReport report = quantize(options().target(share));
      CheckedSession.check(file(), random);
      double bytes = share.bits() * report.weights() / 8;
      assertThat((double) report.file().bytes()).isBetween(0.85 * bytes, 1.15 * bytes + 4_000);
      assertThat(report.file().bytes()).isGreaterThan(before);
      before = report.file().bytes();
    }
  }

  @Test
  void fourPicturesAreNoDisaster() throws Exception {
    Path few = SmallModel.pictures(folder.resolve("few"), 4, random);
    quantize(options().calibration(few).effort(Effort.BALANCED).target(new Target.FileSize(40_000)));
    try (PqFile file = PqFile.open(file())) {
      assertThat(file.model().provenance().calibration()).isEqualTo("4 pictures of few");
    }
    CheckedSession.check(file(), random);
    assertThat(compare().meanKl()).isLessThan(0.3);
  }

  @Test
  void oneChannelLayersAndChannelsWithoutWeights() throws Exception {
    SmallModel small = new SmallModel(random, 3);
    float[] stem = small.gaussian(16 * 27, 0.3f);
    Arrays.fill(stem, 5 * 27, 9 * 27, 0);
    float[] dead = new float[8];
    model = small.conv(stem, 3, 16, 3, 2, 1, 1).relu()
        .conv(16, 1, 1, 1, 0, 1)
        .conv(1, 8, 3, 1, 1, 1).relu()
        .conv(dead, 8, 1, 1, 1, 0, 1)
        .conv(1, 8, 1, 1, 0, 1).relu().globalAverage().dense(8, SmallModel.CLASSES)
        .write(folder.resolve("odd.onnx"));
    for (Target target : new Target[] {new Target.Width(4), new Target.FileSize(2_500), new Target.Share(1, 6, 2)}) {
      QuantizationReport report = quantize(options().target(target));
      assertThat(Collections.frequency(report.layers().getFirst().channels().kernel(), 0))
          .as("%s", target)
          .isGreaterThanOrEqualTo(4);
      CheckedSession.check(file(), random);
    }
    quantize(options().method(new Method.Ptilmpq(0.5, 4, 3, Method.ChannelCriterion.L2)));
    CheckedSession.check(file(), random);
  }

  /** Such a layer takes no bytes, tried beforehand or not, and the others get the whole budget. */
  @Test
  void aLayerOfZerosLeavesTheBytesToTheOthers() throws Exception {
    model = SmallModel.withLayerOfZeros(random).write(folder.resolve("zeros.onnx"));
    QuantizationReport report = quantize(options().effort(Effort.BALANCED).target(new Target.FileSize(5_000)));
    assertThat(report.file().bytes()).isBetween(4_500L, 5_000L);
    assertThat(report.layers().get(2).channels().kernel()).containsOnly(0).hasSize(64);
    CheckedSession.check(file(), random);
  }

  @Test
  void depthwiseAndGroupedLayers() throws Exception {
    SmallModel small = new SmallModel(random, 3);
    model = small.conv(3, 32, 3, 2, 1, 1).relu6()
        .conv(32, 32, 3, 1, 1, 32).relu6()
        .conv(32, 48, 1, 1, 0, 4).relu()
        .conv(48, 96, 3, 2, 1, 48).relu()
        .conv(96, 24, 1, 1, 0, 2).globalAverage().dense(24, SmallModel.CLASSES)
        .write(folder.resolve("grouped.onnx"));
    QuantizationReport report = quantize(options().effort(Effort.BALANCED).target(new Target.FileSize(5_000)));
    assertThat(report.file().bytes()).isBetween(4_900L, 5_000L);
    CheckedSession.check(file(), random);
    assertThat(compare().meanKl()).isLessThan(0.2);
  }
}
