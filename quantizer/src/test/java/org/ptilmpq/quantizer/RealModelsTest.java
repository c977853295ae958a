package org.ptilmpq.quantizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.format.Storage;
import org.ptilmpq.testkit.SharedData;

/** Accuracy of quantized real models against float, on the shared test pictures. */
@Tag("shared-data")
class RealModelsTest {

  private static final Preprocessing TORCHVISION =
      new Preprocessing(0, new float[] {123.675f, 116.28f, 103.53f}, new float[] {58.395f, 57.12f, 57.375f});
  private static final Preprocessing RAW = new Preprocessing(0, new float[3], new float[] {1, 1, 1});
  private static final Preprocessing CAFFE =
      new Preprocessing(256, new float[] {123.68f, 116.779f, 103.939f}, new float[] {1, 1, 1});

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"resnet20-cifar10", "resnet56-cifar10", "resnet8-mlperf-tiny"})
  void eightBitsAreAsGoodAsFloatOnCifar(String model) throws Exception {
    Preprocessing preprocessing = model.startsWith("resnet8") ? RAW : TORCHVISION;
    Path data = SharedData.path("cifar10");
    ComparisonResult result = quantizeAndCompare(model, data, "test", preprocessing, new Target.Width(8));
    assertThat(result.pictures()).isEqualTo(2_000);
    assertThat(pointsLost(result)).isLessThanOrEqualTo(0.3);
  }

  @Test
  void resnet50IsAsGoodAsFloatAtEightBits() throws Exception {
    Path data = SharedData.path("imagenet");
    ComparisonResult result = quantizeAndCompare("resnet50-imagenet", data, "val", CAFFE, new Target.Width(8));
    assertThat(Files.size(folder.resolve("model.pq"))).isLessThanOrEqualTo(26_200_000);
    assertThat(result.pictures()).isEqualTo(650);
    assertThat(pointsLost(result)).isLessThanOrEqualTo(0.3);
  }

  @Test
  void resnet50LosesLittleAtHalfThatSize() throws Exception {
    Path data = SharedData.path("imagenet");
    long budget = 12_750_000;
    ComparisonResult result =
        quantizeAndCompare("resnet50-imagenet", data, "val", CAFFE, new Target.FileSize(budget));
    assertThat(Files.size(folder.resolve("model.pq"))).isBetween(budget - budget / 200, budget);
    assertThat(pointsLost(result)).isLessThanOrEqualTo(6);
    assertThat(result.agreement()).isGreaterThan(0.85);
  }

  private ComparisonResult quantizeAndCompare(
      String name, Path data, String part, Preprocessing preprocessing, Target target)
      throws IOException, QuantizationException {
    Path model = SharedData.path("models/" + name + ".onnx");
    Path output = folder.resolve("model.pq");
    int threads = Runtime.getRuntime().availableProcessors();
    QuantizationResult quantized =
        Quantizer.quantize(
            QuantizerOptions.of(model, output)
                .calibration(data.resolve("calibration"))
                .preprocessing(preprocessing)
                .labels(data.resolve("labels.txt"))
                .target(target)
                .storage(Storage.PACKED)
                .threads(threads)
                .build(),
            Progress.NONE);
    ComparisonResult result =
        Comparison.compare(
            model, output, data.resolve(part), Optional.of(data.resolve(part + ".csv")), threads, Progress.NONE);
    System.out.printf(
        "%s, %s: %d bytes, %.2f bits a weight, top-1 %.2f %% (float %.2f %%), agreement %.1f %%, KL %.4f, %d s%n",
        name,
        target,
        quantized.fileBytes(),
        quantized.bitsPerWeight(),
        100 * result.quantizedTop1().orElseThrow(),
        100 * result.floatTop1().orElseThrow(),
        100 * result.agreement(),
        result.meanKl(),
        quantized.time().toSeconds());
    return result;
  }

  private static double pointsLost(ComparisonResult result) {
    return 100 * (result.floatTop1().orElseThrow() - result.quantizedTop1().orElseThrow());
  }
}
