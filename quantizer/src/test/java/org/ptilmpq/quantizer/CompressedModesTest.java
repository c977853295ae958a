package org.ptilmpq.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.format.Grid;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.format.Storage;
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
    random = Seeds.random("CompressedModesTest", 20_28);
    pictures = SmallModel.pictures(folder.resolve("pictures"), 40, random);
    model = SmallModel.residual(random).write(folder.resolve("model.onnx"));
  }

  private QuantizerOptions.Builder options() {
    return QuantizerOptions.of(model, folder.resolve("model.pq"))
        .calibration(pictures)
        .preprocessing(PREPROCESSING)
        .effort(EFFORT)
        .threads(2);
  }

  private QuantizationResult quantize(QuantizerOptions.Builder options) throws Exception {
    return Quantizer.quantize(options.build(), Progress.NONE);
  }

  private ComparisonResult compare(QuantizationResult result) throws Exception {
    return Comparison.compare(model, result.file(), pictures, Optional.empty(), 2, Progress.NONE);
  }

  @Test
  void aSizeIsMetFromBelowAndClosely() throws Exception {
    double kl = 0;
    for (long bytes : new long[] {50_000, 30_000, 20_000}) {
      QuantizationResult result = quantize(options().target(new Target.FileSize(bytes)));
      assertThat(result.fileBytes()).isEqualTo(Files.size(result.file())).isBetween(bytes - bytes / 100, bytes);
      CheckedSession.check(result.file(), random);
      double found = compare(result).meanKl();
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
      QuantizationResult result = quantize(options().target(new Target.FileSize(30_000)).threads(threads));
      byte[] bytes = Files.readAllBytes(result.file());
      first = first == null ? bytes : first;
      assertThat(bytes).isEqualTo(first);
    }
  }

  @Test
  void theFaithfulModeGrowsWithAlpha() throws Exception {
    long before = 0;
    for (double alpha : new double[] {0, 0.5, 1}) {
      Method method = new Method.Ptilmpq(alpha, 5, 3, Method.ChannelCriterion.ERROR);
      QuantizationResult result = quantize(options().method(method).storage(Storage.PACKED));
      assertThat(result.fileBytes()).as("alpha %s", alpha).isGreaterThan(before);
      before = result.fileBytes();
      CheckedSession.check(result.file(), random);
      try (PqFile file = PqFile.open(result.file())) {
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
      QuantizationResult result = quantize(options().method(new Method.Ptilmpq(0.5, 4, 3, criterion)));
      CheckedSession.check(result.file(), random);
    }
  }

  @Test
  void eightBitsNeedNoPictures() throws Exception {
    QuantizationResult result =
        quantize(
            QuantizerOptions.of(model, folder.resolve("model.pq"))
                .preprocessing(PREPROCESSING)
                .effort(EFFORT)
                .target(new Target.Width(8))
                .threads(2));
    CheckedSession.check(result.file(), random);
    assertThat(compare(result).agreement()).isGreaterThan(0.8);
  }

  @Test
  void aDropNeedsPicturesToSeeItOnAndIsHeld() throws Exception {
    assertThatThrownBy(() -> quantize(options().target(new Target.MaxDrop(5))))
        .isInstanceOf(QuantizationException.class)
        .hasMessageContaining("128 calibration pictures");
    Path more = SmallModel.pictures(folder.resolve("more"), 144, random);
    QuantizationResult result = quantize(options().calibration(more).target(new Target.MaxDrop(15)));
    CheckedSession.check(result.file(), random);
    assertThat(result.report().accuracy().orElseThrow().agreement()).isGreaterThanOrEqualTo(0.85);
    QuantizationResult eight = quantize(options().calibration(more).target(new Target.Share(0, 8, 8)));
    assertThat(result.fileBytes()).isLessThan(eight.fileBytes());
  }

  @Test
  void aShareIsAMeanNumberOfBits() throws Exception {
    long before = 0;
    for (double alpha : new double[] {0, 0.5, 1}) {
      Target.Share share = new Target.Share(alpha, 5, 2);
      QuantizationResult result = quantize(options().target(share));
      CheckedSession.check(result.file(), random);
      double bytes = share.bits() * result.weights() / 8;
      assertThat((double) result.fileBytes()).isBetween(0.85 * bytes, 1.15 * bytes + 4_000);
      assertThat(result.fileBytes()).isGreaterThan(before);
      before = result.fileBytes();
    }
  }

  @Test
  void fourPicturesAreNoDisaster() throws Exception {
    Path few = SmallModel.pictures(folder.resolve("few"), 4, random);
    QuantizationResult result =
        quantize(options().calibration(few).effort(Effort.BALANCED).target(new Target.FileSize(40_000)));
    assertThat(result.pictures()).isEqualTo(4);
    CheckedSession.check(result.file(), random);
    assertThat(compare(result).meanKl()).isLessThan(0.3);
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
      QuantizationResult result = quantize(options().target(target));
      assertThat(result.layers().getFirst().channelsByWidth().getFirst()).as("%s", target).isGreaterThanOrEqualTo(4);
      CheckedSession.check(result.file(), random);
    }
    CheckedSession.check(
        quantize(options().method(new Method.Ptilmpq(0.5, 4, 3, Method.ChannelCriterion.L2))).file(), random);
  }

  /** Such a layer takes no bytes, tried beforehand or not, and the others get the whole budget. */
  @Test
  void aLayerOfZerosLeavesTheBytesToTheOthers() throws Exception {
    model = SmallModel.withLayerOfZeros(random).write(folder.resolve("zeros.onnx"));
    QuantizationResult result = quantize(options().effort(Effort.BALANCED).target(new Target.FileSize(5_000)));
    assertThat(result.fileBytes()).isBetween(4_500L, 5_000L);
    assertThat(result.layers().get(2).channelsByWidth().getFirst()).isEqualTo(64);
    CheckedSession.check(result.file(), random);
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
    QuantizationResult result = quantize(options().effort(Effort.BALANCED).target(new Target.FileSize(5_000)));
    assertThat(result.fileBytes()).isBetween(4_900L, 5_000L);
    CheckedSession.check(result.file(), random);
    assertThat(compare(result).meanKl()).isLessThan(0.2);
  }
}
