package org.ptilmpq.quantizer.report;

import java.util.List;
import java.util.OptionalDouble;
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
          count("weights", LayerReport::weights),
          count("MACs", LayerReport::macs),
          figure("sensitivity", layer -> layer.figures().sensitivity()),
          figure("importance", layer -> layer.figures().importance()),
          figure("error ÷ variance", layer -> layer.figures().relativeError()),
          figure("output, seen", layer -> layer.figures().outputErrors().seen()),
          figure("output, unseen", layer -> layer.figures().outputErrors().unseen()),
          number(
              "share of loss",
              layer -> layer.figures().lossShare().orElse(Double.NaN),
              layer -> NumberText.percent(layer.figures().lossShare())),
          figure("step ÷ σ", LayerReport::stepOverSigma),
          bits("bits on disk", layer -> layer.size().diskBits()),
          bits("bits in kernel", layer -> layer.size().kernelBits()),
          number("tails", layer -> layer.size().tailShare(), layer -> NumberText.percent(layer.size().tailShare())),
          count("bytes in the file", layer -> layer.size().diskBytes()),
          count("bytes packed", layer -> layer.size().packedBytes()));

  private LayerTable() {}

  private static Column words(String head, Function<LayerReport, String> text) {
    return new Column(head, text, layer -> "");
  }

  private static Column number(
      String head, Function<LayerReport, ? extends Number> value, Function<LayerReport, String> text) {
    return new Column(head, text, layer -> value.apply(layer).toString());
  }

  private static Column count(String head, Function<LayerReport, Long> value) {
    return number(head, value, layer -> NumberText.count(value.apply(layer)));
  }

  private static Column bits(String head, Function<LayerReport, Double> value) {
    return number(head, value, layer -> NumberText.fixed(value.apply(layer), 3));
  }

  private static Column figure(String head, Function<LayerReport, OptionalDouble> value) {
    return number(
        head,
        layer -> value.apply(layer).orElse(Double.NaN),
        layer -> NumberText.significant(value.apply(layer)));
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
