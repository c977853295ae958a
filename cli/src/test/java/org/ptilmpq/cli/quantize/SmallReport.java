package org.ptilmpq.cli.quantize;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.ptilmpq.quantizer.report.LayerReport;
import org.ptilmpq.quantizer.report.LayerReport.ChannelBits;
import org.ptilmpq.quantizer.report.LayerReport.LayerFigures;
import org.ptilmpq.quantizer.report.LayerReport.LayerSize;
import org.ptilmpq.quantizer.report.LayerReport.OutputErrors;
import org.ptilmpq.quantizer.report.QuantizationReport;
import org.ptilmpq.quantizer.report.QuantizationReport.AblationStep;
import org.ptilmpq.quantizer.report.QuantizationReport.AccuracyFacts;
import org.ptilmpq.quantizer.report.QuantizationReport.CurvePoint;
import org.ptilmpq.quantizer.report.QuantizationReport.FileFacts;
import org.ptilmpq.quantizer.report.QuantizationReport.ModelFacts;

/** Reports to show. */
final class SmallReport {

  private SmallReport() {}

  /** Returns a report with everything that one can have, no two figures the same. */
  static QuantizationReport full() {
    LayerReport layer =
        new LayerReport(
            "stem \"1\"",
            "convolution 3×3",
            "8×8×3 → 8×8×2",
            54,
            3456,
            new LayerFigures(
                OptionalDouble.of(0.25),
                OptionalDouble.of(7.5),
                OptionalDouble.of(0.0625),
                OptionalDouble.of(0.875),
                new OutputErrors(OptionalDouble.of(0.109375), OptionalDouble.of(0.21875))),
            OptionalDouble.of(0.75),
            new LayerSize(2.5, 3.25, 0.03125, 71, 83),
            ChannelBits.of(new double[] {2, 3}, new int[] {3, 4}));
    return report(
        List.of(layer),
        Optional.of(new AccuracyFacts(64, "held out", 0.95, 0.015)),
        OptionalLong.of(987),
        List.of("a.jpg: damaged"));
  }

  /** Returns a report of a run that measured nothing. */
  static QuantizationReport bare() {
    return report(List.of(), Optional.empty(), OptionalLong.empty(), List.of()).with(List.of(), List.of());
  }

  private static QuantizationReport report(
      List<LayerReport> layers, Optional<AccuracyFacts> accuracy, OptionalLong otherBytes, List<String> skipped) {
    return new QuantizationReport(
        new ModelFacts("net", "net.onnx", "8×8×3", 10, 8),
        "best, 876 bytes",
        List.of(new QuantizationReport.Setting("seed", "4711")),
        List.of(
            new QuantizationReport.Stage("calibrating", Duration.ofMillis(61_500)),
            new QuantizationReport.Stage("writing", Duration.ofMillis(250))),
        new FileFacts(
            "net.pq",
            "compressed",
            876,
            List.of(new FileFacts.Part("codes", 800), new FileFacts.Part("graph", 70)),
            "packed",
            otherBytes,
            16.875),
        layers,
        accuracy,
        accuracy.map(
            unseen -> new AccuracyFacts(32, "learned", 0.96, 0.005)),
        List.of(new CurvePoint("800 bytes", 799, 0.9, 0.05, false)),
        List.of(new AblationStep("matching", 875, 0.85, 0.09, "a note")),
        skipped);
  }
}
