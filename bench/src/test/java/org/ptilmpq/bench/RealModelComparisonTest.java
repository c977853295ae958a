package org.ptilmpq.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.bench.PeerComparison.Peer;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.quantizer.Quantizer;
import org.ptilmpq.quantizer.options.Effort;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.options.QuantizerOptions;
import org.ptilmpq.testkit.SharedData;

/** Small networks, quantized to 8 bits, beside other engines: the same network gives nearly the same scores. */
@Tag("shared-data")
class RealModelComparisonTest {

  @TempDir Path folder;

  @Test
  void resNet20() throws Exception {
    Path onnx = SharedData.path("models/resnet20-cifar10.onnx");
    Path pq = folder.resolve("resnet20.pq");
    Quantizer.quantize(
        QuantizerOptions.of(onnx, pq)
            .calibration(SharedData.path("cifar10/calibration"))
            .preprocessing(
                new Preprocessing(0, new float[] {123.675f, 116.28f, 103.53f}, new float[] {58.395f, 57.12f, 57.375f}))
            .effort(Effort.BALANCED.withPictures(100))
            .threads(2)
            .build(),
        Progress.NONE);
    Path int8 = SharedData.path("models/resnet20-cifar10-int8-qdq.onnx");
    ComparisonOptions options =
        new ComparisonOptions(
            onnx, pq, Optional.of(int8), Optional.empty(), Optional.empty(), List.of(1, 2), 3, false);
    PeerComparison.Result result = PeerComparison.run(options);

    System.out.print(result.table());
    assertThat(result.rows()).hasSize(6);
    assertThat(result.rows())
        .allSatisfy(row -> assertThat(row.correlation()).as("%s", row).isGreaterThan(0.99))
        .allSatisfy(row -> assertThat(row.latency().median()).isPositive());
  }

  /** MLPerf Tiny's own 8-bit form of ResNet-8 in TensorFlow Lite. */
  @Test
  void resNet8() throws Exception {
    Path onnx = SharedData.path("models/resnet8-mlperf-tiny.onnx");
    Path pq = folder.resolve("resnet8.pq");
    Quantizer.quantize(
        QuantizerOptions.of(onnx, pq)
            .calibration(SharedData.path("cifar10/calibration"))
            .preprocessing(new Preprocessing(0, new float[] {0, 0, 0}, new float[] {1, 1, 1}))
            .effort(Effort.BALANCED.withPictures(100))
            .threads(2)
            .build(),
        Progress.NONE);
    Path tflite = SharedData.path("models/pretrainedResnet_quant.tflite");
    ComparisonOptions options =
        new ComparisonOptions(
            onnx, pq, Optional.empty(), Optional.of(tflite), Optional.empty(), List.of(1), 3, false);
    PeerComparison.Result result = PeerComparison.run(options);

    System.out.print(result.table());
    assertThat(result.rows())
        .extracting(PeerComparison.Row::engine)
        .containsExactly("ONNX Runtime fp32", TensorFlowLitePeer.NAME, "PTILMPQ");
    assertThat(result.rows()).allSatisfy(row -> assertThat(row.correlation()).as("%s", row).isPositive());
    assertThat(sameClasses(onnx, pq, tflite)).as("of 20 pictures").isGreaterThanOrEqualTo(18);
  }

  /** Random bytes say little of a network that ends in probabilities; pictures do. */
  private static int sameClasses(Path onnx, Path pq, Path tflite) throws Exception {
    int same = 0;
    for (Path picture : pictures(20)) {
      float[] values = values(ImageIO.read(picture.toFile()));
      try (SessionPeer own = SessionPeer.open(pq, 1, new Random(1));
          Peer fp32 = OnnxRuntimePeer.open("fp32", onnx, 1, own.inputTensor(), values);
          Peer lite = TensorFlowLitePeer.open(tflite, 1, values)) {
        same += best(fp32.run()) == best(lite.run()) ? 1 : 0;
      }
    }
    return same;
  }

  private static List<Path> pictures(int count) throws IOException {
    try (Stream<Path> files = Files.walk(SharedData.path("cifar10/test"))) {
      return files.filter(file -> file.toString().endsWith(".png")).sorted().limit(count).toList();
    }
  }

  private static float[] values(BufferedImage picture) {
    float[] values = new float[picture.getHeight() * picture.getWidth() * 3];
    for (int i = 0; i < values.length / 3; i++) {
      int rgb = picture.getRGB(i % picture.getWidth(), i / picture.getWidth());
      values[3 * i] = rgb >> 16 & 255;
      values[3 * i + 1] = rgb >> 8 & 255;
      values[3 * i + 2] = rgb & 255;
    }
    return values;
  }

  private static int best(float[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best;
  }
}
