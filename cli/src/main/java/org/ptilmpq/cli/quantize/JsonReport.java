package org.ptilmpq.cli.quantize;

import java.util.List;
import java.util.function.Function;
import org.ptilmpq.cli.Json;
import org.ptilmpq.quantizer.report.LayerReport;
import org.ptilmpq.quantizer.report.QuantizationReport;
import org.ptilmpq.quantizer.report.QuantizationReport.AblationStep;
import org.ptilmpq.quantizer.report.QuantizationReport.AccuracyFacts;
import org.ptilmpq.quantizer.report.QuantizationReport.CurvePoint;
import org.ptilmpq.quantizer.report.QuantizationReport.FileFacts;
import org.ptilmpq.quantizer.report.QuantizationReport.ModelFacts;

/** A report as one JSON object on one line; {@code docs/cli.md} says what its fields mean. Absent figures are null. */
final class JsonReport {

  private JsonReport() {}

  static Json of(QuantizationReport report) {
    ModelFacts model = report.model();
    return new Json()
        .put("model", model.name())
        .put("source", model.source())
        .put("input", model.input())
        .put("classes", model.classes())
        .put("activation_bits", model.activationBits())
        .put("target", report.target())
        .put("settings", settings(report))
        .put("stages", list(report.stages(), JsonReport::stage))
        .put("seconds", report.time().toNanos() / 1e9)
        .put("file", file(report.file()))
        .put("weights", report.weights())
        .put("macs", report.macs())
        .put("bit_operations", report.bitOperations())
        .put("bits_per_weight", report.bitsPerWeight())
        .put("kernel_bits", report.kernelBits())
        .put("accuracy", report.accuracy().map(JsonReport::accuracy).orElse(null))
        .put("accuracy_seen", report.seen().map(JsonReport::accuracy).orElse(null))
        .put("layers", list(report.layers(), JsonReport::layer))
        .put("curve", list(report.curve(), JsonReport::point))
        .put("ablation", list(report.ablation(), JsonReport::step))
        .put("skipped", report.skipped());
  }

  /** Returns a list and not an object, as names come from outside and may occur twice. */
  private static List<Json> settings(QuantizationReport report) {
    return list(
        report.settings(), setting -> new Json().put("name", setting.name()).put("value", setting.value()));
  }

  private static Json stage(QuantizationReport.Stage stage) {
    return new Json().put("name", stage.name()).put("seconds", stage.time().toNanos() / 1e9);
  }

  private static Json file(FileFacts file) {
    return new Json()
        .put("name", file.name())
        .put("storage", file.storage())
        .put("bytes", file.bytes())
        .put("parts", list(file.parts(), part -> new Json().put("name", part.name()).put("bytes", part.bytes())))
        .put("unaccounted_bytes", file.unaccounted())
        .put("other_storage", file.otherStorage())
        .put("other_bytes", file.otherBytes())
        .put("codes_alone_bytes", file.codesAlone());
  }

  private static Json accuracy(AccuracyFacts accuracy) {
    return new Json()
        .put("pictures", accuracy.pictures())
        .put("source", accuracy.source())
        .put("agreement", accuracy.agreement())
        .put("mean_kl", accuracy.kl());
  }

  private static Json layer(LayerReport layer) {
    return new Json()
        .put("name", layer.name())
        .put("kind", layer.kind())
        .put("shape", layer.shape())
        .put("weights", layer.weights())
        .put("macs", layer.macs())
        .put("sensitivity", layer.figures().sensitivity())
        .put("importance", layer.figures().importance())
        .put("relative_error", layer.figures().relativeError())
        .put("output_error_seen", layer.figures().outputErrors().seen())
        .put("output_error_unseen", layer.figures().outputErrors().unseen())
        .put("loss_share", layer.figures().lossShare())
        .put("step_over_sigma", layer.stepOverSigma())
        .put("bits_per_weight", layer.size().diskBits())
        .put("kernel_bits", layer.size().kernelBits())
        .put("tail_share", layer.size().tailShare())
        .put("bytes", layer.size().diskBytes())
        .put("packed_bytes", layer.size().packedBytes())
        .put("channel_bits", layer.channels().disk())
        .put("channel_kernel_bits", layer.channels().kernel());
  }

  private static Json point(CurvePoint point) {
    return new Json()
        .put("label", point.label())
        .put("bytes", point.bytes())
        .put("agreement", point.agreement())
        .put("mean_kl", point.kl())
        .put("current", point.current());
  }

  private static Json step(AblationStep step) {
    return new Json()
        .put("name", step.name())
        .put("bytes", step.bytes())
        .put("agreement", step.agreement())
        .put("mean_kl", step.kl())
        .put("note", step.note());
  }

  private static <T> List<Json> list(List<T> items, Function<T, Json> form) {
    return items.stream().map(form).toList();
  }
}
