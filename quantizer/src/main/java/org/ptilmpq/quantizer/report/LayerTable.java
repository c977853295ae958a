package org.ptilmpq.quantizer.report;

import java.util.List;
import java.util.function.Function;
import org.ptilmpq.quantizer.drawing.Markup;

/** All figures of all layers, a row per layer; the page's script sorts it by the column whose head is clicked. */
final class LayerTable {

  /**
   * @param text what is shown
   * @param key the sort key; empty: the text
   */
  private record Column(String head, Function<LayerReport, String> text, Function<LayerReport, String> key) {}

  private static final List<Column> COLUMNS =
      List.of(
          words("layer", LayerReport::name),
          words("kind", LayerReport::kind),
          words("shape", LayerReport::shape),
          number("weights", LayerReport::weights, layer -> NumberText.count(layer.weights())),
          number("MACs", LayerReport::macs, layer -> NumberText.count(layer.macs())),
          number(
              "sensitivity",
              layer -> layer.figures().sensitivity().orElse(Double.NaN),
              layer -> NumberText.significant(layer.figures().sensitivity())),
          number(
              "importance",
              layer -> layer.figures().importance().orElse(Double.NaN),
              layer -> NumberText.significant(layer.figures().importance())),
          number(
              "error ÷ variance",
              layer -> layer.figures().relativeError().orElse(Double.NaN),
              layer -> NumberText.significant(layer.figures().relativeError())),
          number(
              "output, seen",
              layer -> layer.figures().outputErrors().seen().orElse(Double.NaN),
              layer -> NumberText.significant(layer.figures().outputErrors().seen())),
          number(
              "output, unseen",
              layer -> layer.figures().outputErrors().unseen().orElse(Double.NaN),
              layer -> NumberText.significant(layer.figures().outputErrors().unseen())),
          number(
              "share of loss",
              layer -> layer.figures().lossShare().orElse(Double.NaN),
              layer -> NumberText.percent(layer.figures().lossShare())),
          number(
              "step ÷ σ",
              layer -> layer.stepOverSigma().orElse(Double.NaN),
              layer -> NumberText.significant(layer.stepOverSigma())),
          number(
              "bits on disk", layer -> layer.size().diskBits(), layer -> NumberText.fixed(layer.size().diskBits(), 3)),
          number(
              "bits in kernel",
              layer -> layer.size().kernelBits(),
              layer -> NumberText.fixed(layer.size().kernelBits(), 3)),
          number("tails", layer -> layer.size().tailShare(), layer -> NumberText.percent(layer.size().tailShare())),
          number(
              "bytes in the file",
              layer -> layer.size().diskBytes(),
              layer -> NumberText.count(layer.size().diskBytes())),
          number(
              "bytes packed",
              layer -> layer.size().packedBytes(),
              layer -> NumberText.count(layer.size().packedBytes())));

  private LayerTable() {}

  private static Column words(String head, Function<LayerReport, String> text) {
    return new Column(head, text, layer -> "");
  }

  private static Column number(
      String head, Function<LayerReport, ? extends Number> value, Function<LayerReport, String> text) {
    return new Column(head, text, layer -> value.apply(layer).toString());
  }

  static void write(Markup out, List<LayerReport> layers) {
    out.open("div", "class", "scroll").open("table", "class", "sortable").open("thead").open("tr");
    out.leaf("th", "#");
    COLUMNS.forEach(column -> out.leaf("th", column.head()));
    out.close().close().open("tbody").line();
    for (int i = 0; i < layers.size(); i++) {
      LayerReport layer = layers.get(i);
      out.open("tr").leaf("td", Integer.toString(i + 1), "class", "number", "data-key", Integer.toString(i + 1));
      for (Column column : COLUMNS) {
        String key = column.key().apply(layer);
        if (key.isEmpty()) {
          out.leaf("td", column.text().apply(layer));
        } else {
          out.leaf("td", column.text().apply(layer), "class", "number", "data-key", key);
        }
      }
      out.close().line();
    }
    out.close().close().close().line();
  }
}
