package org.ptilmpq.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.quantizer.Progress;
import org.ptilmpq.quantizer.Effort;
import org.ptilmpq.quantizer.Quantizer;
import org.ptilmpq.quantizer.QuantizerOptions;
import org.ptilmpq.testkit.SharedData;

/** ResNet-20, quantized to 8 bits, beside ONNX Runtime: the same network gives nearly the same scores. */
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
    ComparisonOptions options = new ComparisonOptions(onnx, pq, Optional.of(int8), List.of(1, 2), 3, false);
    PeerComparison.Result result = PeerComparison.run(options);

    System.out.print(ComparisonReport.table(result));
    assertThat(result.rows()).hasSize(6);
    assertThat(result.rows())
        .allSatisfy(row -> assertThat(row.correlation()).as("%s", row).isGreaterThan(0.99))
        .allSatisfy(row -> assertThat(row.latency().median()).isPositive());
  }
}
