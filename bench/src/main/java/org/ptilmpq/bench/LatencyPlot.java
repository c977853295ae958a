package org.ptilmpq.bench;

import java.util.List;
import java.util.Locale;
import org.ptilmpq.quantizer.drawing.Scale;

/** A bar for each layer of a network, as long as it takes and coloured by its kernel, in the order of running. */
final class LatencyPlot {

  private static final double ROW = 13;
  private static final double TOP = 46;
  private static final double LEFT = 250;
  private static final double BARS = 420;
  private static final double RIGHT = 110;
  private static final double BOTTOM = 30;
  private static final int MAX_NAME = 38;

  private LatencyPlot() {}

  /**
   * One layer's time in a whole network.
   *
   * @param method the kernel that computed it
   * @param milliseconds mean of a run
   * @param macs multiply-accumulates, 0 for layers without weights
   * @param bits of its weights, on average
   */
  record Layer(String name, String method, double milliseconds, long macs, double bits) {

    /**
     * Reads what {@code ptilmpq benchmark MODEL.pq --layers --json} writes.
     *
     * @throws IllegalArgumentException when it is something else; the message says what is missing
     */
    static List<Layer> parse(String json) {
      JsonObject benchmark = JsonObject.parse(json);
      if (!benchmark.has("layers")) {
        throw new IllegalArgumentException("there is no list \"layers\": benchmark needs --layers");
      }
      return benchmark.objects("layers").stream()
          .map(
              layer ->
                  new Layer(
                      layer.string("name"),
                      layer.string("method"),
                      layer.number("ms"),
                      layer.integer("macs"),
                      layer.number("bits")))
          .toList();
    }
  }

  /**
   * @throws IllegalArgumentException when there are no layers or none takes any time
   */
  static String of(List<Layer> layers) {
    double longest = layers.stream().mapToDouble(Layer::milliseconds).max().orElse(0);
    if (!(longest > 0)) {
      throw new IllegalArgumentException("no layer takes any time: nothing to draw");
    }
    double total = layers.stream().mapToDouble(Layer::milliseconds).sum();
    String title = String.format(Locale.ROOT, "Milliseconds of each layer, %.1f together", total);
    double bottom = TOP + ROW * layers.size();
    Chart chart =
        new Chart(
            LEFT + BARS + RIGHT, bottom + BOTTOM, title, layers.stream().map(Layer::method).toList());
    chart.text(title, 12, 16, "start");
    drawLegend(chart, layers, total);
    Scale axis = Scale.fromZero(layers.stream().mapToDouble(Layer::milliseconds).toArray(), LEFT, LEFT + BARS);
    for (double tick : axis.ticks()) {
      chart.line("grid", axis.at(tick), TOP, axis.at(tick), bottom);
      chart.text(Chart.words(tick), axis.at(tick), bottom + 16, "middle");
    }
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      double y = TOP + ROW * i;
      double end = axis.at(layer.milliseconds());
      chart.text(shortened(layer.name()), LEFT - 6, y + 10, "end");
      chart.bar(chart.style(layer.method()), LEFT, y + 1.5, end - LEFT, ROW - 3, words(layer));
      if (layer.macs() > 0) {
        chart.text(rate(layer), end + 5, y + 10, "start");
      }
    }
    return chart.document();
  }

  private static void drawLegend(Chart chart, List<Layer> layers, double total) {
    double at = 12;
    for (String method : chart.methods()) {
      double share =
          layers.stream().filter(l -> l.method().equals(method)).mapToDouble(Layer::milliseconds).sum() / total;
      String entry = String.format(Locale.ROOT, "■ %s %.0f %%", method, 100 * share);
      chart.text(chart.style(method), entry, at, 34, "start");
      at += 14 + 6.2 * entry.length();
    }
  }

  private static String rate(Layer layer) {
    return String.format(Locale.ROOT, "%.0f GMAC/s", layer.macs() / layer.milliseconds() * 1e-6);
  }

  private static String words(Layer layer) {
    return String.format(
        Locale.ROOT, "%s: %.3f ms, %s, %.2f bits", layer.name(), layer.milliseconds(), layer.method(), layer.bits());
  }

  /** The end of a name says more than its beginning, which is often the same for all. */
  private static String shortened(String name) {
    return name.length() <= MAX_NAME ? name : "…" + name.substring(name.length() - MAX_NAME + 1);
  }
}
