package org.ptilmpq.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.format.Storage;
import org.ptilmpq.kernels.KernelCosts;
import org.ptilmpq.testkit.Seeds;

/** Latencies as targets, on a small model with random weights and costs that no machine has a say in. */
class LatencyTargetTest {

  private static final Effort EFFORT = new Effort(24, 32, true, 0, true, true, true, true, false);

  @TempDir Path folder;
  private RandomGenerator random;
  private Path pictures;
  private Path model;

  @BeforeEach
  void draw() throws Exception {
    random = Seeds.random("LatencyTargetTest", 19);
    pictures = SmallModel.pictures(folder.resolve("pictures"), 24, random);
    model = SmallModel.residual(random).write(folder.resolve("model.onnx"));
  }

  private QuantizationResult quantize(Target target, int bits, Storage storage) throws Exception {
    return Quantizer.quantize(
        QuantizerOptions.of(model, folder.resolve("model.pq"))
            .calibration(pictures)
            .preprocessing(new Preprocessing(0, new float[] {120, 110, 100}, new float[] {60, 55, 50}))
            .effort(EFFORT)
            .costs(KernelCosts.standard(bits))
            .storage(storage)
            .target(target)
            .threads(2)
            .build(),
        Progress.NONE);
  }

  private QuantizationResult quantize(Target target, int bits) throws Exception {
    return quantize(target, bits, Storage.COMPRESSED);
  }

  private static Target.Latency latency(double nanoseconds) {
    return new Target.Latency(Duration.ofNanos((long) nanoseconds), OptionalLong.empty());
  }

  private static double nanoseconds(QuantizationResult result) {
    return result.report().nanoseconds();
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void aLatencyIsMetFromBelow(int bits) throws Exception {
    double free = nanoseconds(quantize(latency(1e9), bits));
    double bitsBefore = Double.POSITIVE_INFINITY;
    for (double share : new double[] {0.85, 0.75}) {
      QuantizationResult result = quantize(latency(share * free), bits);
      System.out.printf("%d-bit vectors: %.0f ns of %.0f, %d bytes%n",
          bits, nanoseconds(result), share * free, result.fileBytes());
      assertThat(nanoseconds(result)).isBetween(0.9 * share * free, share * free);
      assertThat(result.report().bitsPerWeight()).isLessThan(bitsBefore);
      bitsBefore = result.report().bitsPerWeight();
      CheckedSession.check(result.file(), random);
    }
  }

  @Test
  void aLatencyThatBindsNothingGivesEightBits() throws Exception {
    QuantizationResult result = quantize(latency(1e9), 512);
    assertThat(result.report().bitsPerWeight()).isBetween(7.0, 8.5);
  }

  @Test
  void bothLimitsHold() throws Exception {
    double free = nanoseconds(quantize(latency(1e9), 512));
    for (long bytes : new long[] {25_000, 60_000}) {
      Target target =
          new Target.Latency(Duration.ofNanos((long) (0.8 * free)), OptionalLong.of(bytes));
      QuantizationResult result = quantize(target, 512);
      assertThat(result.fileBytes()).isLessThanOrEqualTo(bytes);
      assertThat(nanoseconds(result)).isLessThanOrEqualTo(0.8 * free);
    }
  }

  @Test
  void whatNoStepsReachIsRefusedWithTheLeast() {
    assertThatThrownBy(() -> quantize(latency(1_000), 512))
        .isInstanceOf(QuantizationException.class)
        .hasMessageContaining("0.001 ms are too short")
        .hasMessageContaining("512-bit vectors");
    assertThat(folder.resolve("model.pq")).doesNotExist();
  }

  @Test
  void aSizeTooSmallIsRefusedBesideALatencyToo() {
    assertThatThrownBy(() -> quantize(new Target.Latency(Duration.ofSeconds(1), OptionalLong.of(3_000)), 512))
        .isInstanceOf(QuantizationException.class)
        .hasMessageContaining("at least");
  }

  @Test
  void aPackedFileTakesOneOfTheTwo() throws Exception {
    QuantizationResult result = quantize(latency(1e9), 512, Storage.PACKED);
    CheckedSession.check(result.file(), random);
    assertThatThrownBy(
            () -> quantize(new Target.Latency(Duration.ofSeconds(1), OptionalLong.of(30_000)), 512, Storage.PACKED))
        .isInstanceOf(QuantizationException.class)
        .hasMessageContaining("compressed storage");
  }
}
