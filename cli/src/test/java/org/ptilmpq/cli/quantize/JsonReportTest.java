package org.ptilmpq.cli.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.JsonParser;

class JsonReportTest {

  @Test
  void everyFigureHasItsField() {
    String text = JsonReport.of(SmallReport.full()).toString();
    assertThat(text).doesNotContain("\n");
    Map<String, Object> json = JsonParser.object(text);
    assertThat(json).containsOnlyKeys(
        "model", "source", "input", "classes", "activation_bits", "target", "settings", "stages", "seconds", "file",
        "weights", "macs", "bit_operations", "bits_per_weight", "kernel_bits", "accuracy", "accuracy_seen", "layers",
        "curve", "ablation", "skipped");
    assertThat(json)
        .containsEntry("model", "net")
        .containsEntry("source", "net.onnx")
        .containsEntry("input", "8×8×3")
        .containsEntry("classes", 10.0)
        .containsEntry("activation_bits", 8.0)
        .containsEntry("target", "best, 876 bytes")
        .containsEntry("settings", List.of(Map.of("name", "seed", "value", "4711")))
        .containsEntry(
            "stages",
            List.of(Map.of("name", "calibrating", "seconds", 61.5), Map.of("name", "writing", "seconds", 0.25)))
        .containsEntry("seconds", 61.75)
        .containsEntry("weights", 54.0)
        .containsEntry("macs", 3456.0)
        .containsEntry("bit_operations", 3456 * 3.25 * 8)
        .containsEntry("bits_per_weight", 2.5)
        .containsEntry("kernel_bits", 3.25)
        .containsEntry("skipped", List.of("a.jpg: damaged"));
    assertThat(fields(json, "file")).containsExactlyInAnyOrderEntriesOf(
        Map.of(
            "name", "net.pq", "storage", "compressed", "bytes", 876.0,
            "parts", List.of(Map.of("name", "codes", "bytes", 800.0), Map.of("name", "graph", "bytes", 70.0)),
            "unaccounted_bytes", 6.0, "other_storage", "packed", "other_bytes", 987.0, "codes_alone_bytes", 16.875));
    assertThat(fields(json, "accuracy")).containsExactlyInAnyOrderEntriesOf(
        Map.of(
            "pictures", 64.0, "source", "held out", "agreement", 0.95,
            "mean_kl", 0.015));
    assertThat(fields(json, "accuracy_seen"))
        .containsEntry("source", "learned")
        .containsEntry("agreement", 0.96)
        .containsEntry("mean_kl", 0.005);
    assertThat(json).containsEntry(
        "curve",
        List.of(
            Map.of(
                "label", "800 bytes", "bytes", 799.0, "agreement", 0.9, "mean_kl", 0.05, "current",
                false)));
    assertThat(json).containsEntry(
        "ablation",
        List.of(Map.of("name", "matching", "bytes", 875.0, "agreement", 0.85, "mean_kl", 0.09, "note", "a note")));
  }

  @Test
  void layersHaveAllTheirFigures() {
    Map<String, Object> json = JsonParser.object(JsonReport.of(SmallReport.full()).toString());
    Map<?, ?> layer = (Map<?, ?>) ((List<?>) json.get("layers")).getFirst();
    Map<String, Object> expected =
        Map.ofEntries(
            Map.entry("name", "stem \"1\""),
            Map.entry("kind", "convolution 3×3"),
            Map.entry("shape", "8×8×3 → 8×8×2"),
            Map.entry("weights", 54.0),
            Map.entry("macs", 3456.0),
            Map.entry("sensitivity", 0.25),
            Map.entry("importance", 7.5),
            Map.entry("relative_error", 0.0625),
            Map.entry("output_error_seen", 0.109375),
            Map.entry("output_error_unseen", 0.21875),
            Map.entry("loss_share", 0.875),
            Map.entry("step_over_sigma", 0.75),
            Map.entry("bits_per_weight", 2.5),
            Map.entry("kernel_bits", 3.25),
            Map.entry("tail_share", 0.03125),
            Map.entry("bytes", 71.0),
            Map.entry("packed_bytes", 83.0),
            Map.entry("channel_bits", List.of(2.0, 3.0)),
            Map.entry("channel_kernel_bits", List.of(3.0, 4.0)));
    assertThat(layer).isEqualTo(expected);
  }

  @Test
  void whatIsNotKnownIsNull() {
    Map<String, Object> json = JsonParser.object(JsonReport.of(SmallReport.bare()).toString());
    assertThat(json).containsEntry("accuracy", null).containsEntry("bits_per_weight", null);
    assertThat(json).containsEntry("layers", Collections.emptyList());
    assertThat(fields(json, "file")).containsEntry("other_bytes", null);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> fields(Map<String, Object> json, String name) {
    return (Map<String, Object>) json.get(name);
  }
}
