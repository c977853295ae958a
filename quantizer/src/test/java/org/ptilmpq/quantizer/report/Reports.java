package org.ptilmpq.quantizer.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.ptilmpq.quantizer.report.LayerReport.ChannelBits;
import org.ptilmpq.quantizer.report.LayerReport.LayerFigures;
import org.ptilmpq.quantizer.report.LayerReport.LayerSize;
import org.ptilmpq.quantizer.report.LayerReport.OutputErrors;
import org.ptilmpq.quantizer.report.QuantizationReport.AblationStep;
import org.ptilmpq.quantizer.report.QuantizationReport.AccuracyFacts;
import org.ptilmpq.quantizer.report.QuantizationReport.CurvePoint;
import org.ptilmpq.quantizer.report.QuantizationReport.FileFacts;
import org.ptilmpq.quantizer.report.QuantizationReport.ModelFacts;

/** Reports of made-up networks. */
final class Reports {

  /** Text that would end elements, attributes, comments or scripts if it weren't escaped, and what XML forbids. */
  static final String HOSTILE =
      "</script><script>alert(1)</script>\"'><b onload=x>&amp;<!-- ]]> "
          + "\0\u0001\u001b\r\u0085 \ud800 \uffff Käse 日本 \ud83d\ude80";

  private Reports() {}

  /** A network without layers, about which nothing is known. */
  static QuantizationReport empty() {
    return new QuantizationReport(
        new ModelFacts("", "", "", 0, 8),
        "",
        List.of(),
        List.of(),
        new FileFacts("", "packed", 0, List.of(), "compressed", OptionalLong.empty(), 0),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of());
  }

  /** A report with something of everything. */
  static QuantizationReport full(RandomGenerator random, int layers) {
    List<LayerReport> list = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      list.add(layer(random, "layer" + i + ".conv", 1 + random.nextInt(40)));
    }
    return withLayers(list);
  }

  static QuantizationReport withLayers(List<LayerReport> layers) {
    return new QuantizationReport(
        new ModelFacts("resnet50", "resnet50-v1.onnx", "224×225×3", 1001, 8),
        "at most 7000000 bytes",
        List.of(
            new QuantizationReport.Setting("seed", "4711"), new QuantizationReport.Setting("preset", "balanced")),
        List.of(
            new QuantizationReport.Stage("calibrating", Duration.ofMillis(12_345)),
            new QuantizationReport.Stage("rounding", Duration.ofMillis(678_900))),
        new FileFacts(
            "resnet50.pq",
            "compressed",
            6_999_873,
            List.of(new FileFacts.Part("code streams", 6_700_001), new FileFacts.Part("scales", 299_001)),
            "packed",
            OptionalLong.of(11_223_344),
            6_650_123.5),
        layers,
        Optional.of(
            new AccuracyFacts(
                65, "held out", 0.9452, 0.03171)),
        Optional.of(
            new AccuracyFacts(64, "learned from", 0.9688, 0.01234)),
        List.of(
            new CurvePoint("5 MB", 5_012_345, 0.9011, 0.0912, false),
            new CurvePoint("7 MB", 6_999_873, 0.9452, 0.03171, true)),
        List.of(
            new AblationStep("nearest levels", 7_111_222, 0.8123, 0.5123, ""),
            new AblationStep("matching", 7_111_333, 0.9321, 0.0432, "most of it")),
        List.of("broken.jpg: ends early"));
  }

  static LayerReport layer(RandomGenerator random, String name, int channels) {
    double[] disk = random.doubles(channels, 0, 9).toArray();
    int[] kernel = random.ints(channels, 0, 9).toArray();
    return new LayerReport(
        name,
        "convolution 3×3",
        "56×57×64 → 28×29×" + channels,
        random.nextLong(1, 1L << 40),
        random.nextLong(1, 1L << 40),
        new LayerFigures(
            OptionalDouble.of(random.nextDouble()),
            OptionalDouble.of(1e6 * random.nextDouble()),
            OptionalDouble.of(random.nextDouble()),
            OptionalDouble.of(random.nextDouble()),
            new OutputErrors(OptionalDouble.of(random.nextDouble()), OptionalDouble.of(random.nextDouble()))),
        OptionalDouble.of(random.nextDouble()),
        new LayerSize(
            8 * random.nextDouble(),
            8 * random.nextDouble(),
            random.nextDouble(),
            random.nextLong(1, 1L << 40),
            random.nextLong(1, 1L << 40)),
        ChannelBits.of(disk, kernel));
  }

  /** A layer whose every figure is the given one. */
  static LayerReport uniform(double value, OptionalDouble optional, long count, int channels) {
    double[] disk = new double[channels];
    Arrays.fill(disk, value);
    return new LayerReport(
        "layer",
        "depthwise 3×3",
        "1×1×1 → 1×1×1",
        count,
        count,
        new LayerFigures(optional, optional, optional, optional, new OutputErrors(optional, optional)),
        optional,
        new LayerSize(value, value, value, count, count),
        ChannelBits.of(disk, new int[channels]));
  }
}
