package org.ptilmpq.bench;

import java.util.List;
import java.util.Locale;

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
   * @throws IllegalArgumentException when there are no layers or none takes any time
   */
  static String of(List<LayerLatency> layers) {
    double longest = layers.stream().mapToDouble(LayerLatency::milliseconds).max().orElse(0);
    if (!(longest > 0)) {
      throw new IllegalArgumentException("no layer takes any time: nothing to draw");
    }
    double total = layers.stream().mapToDouble(LayerLatency::milliseconds).sum();
    MethodColours colours = new MethodColours(layers.stream().map(LayerLatency::method).toList());
    String title = String.format(Locale.ROOT, "Milliseconds of each layer, %.1f together", total);
    double bottom = TOP + ROW * layers.size();
    Svg svg = new Svg(LEFT + BARS + RIGHT, bottom + BOTTOM, title);
    svg.text(12, 16, "start", Svg.INK, title);
    drawLegend(svg, layers, colours, total);
    LinearAxis axis = new LinearAxis(0, longest, LEFT, LEFT + BARS);
    for (double tick : axis.ticks()) {
      svg.line(axis.at(tick), TOP, axis.at(tick), bottom, Svg.GRID);
      svg.text(axis.at(tick), bottom + 16, "middle", Svg.INK, LinearAxis.words(tick));
    }
    for (int i = 0; i < layers.size(); i++) {
      LayerLatency layer = layers.get(i);
      double y = TOP + ROW * i;
      double length = BARS * layer.milliseconds() / longest;
      svg.text(LEFT - 6, y + 10, "end", Svg.INK, shortened(layer.name()));
      svg.bar(LEFT, y + 1.5, length, ROW - 3, colours.of(layer.method()), words(layer));
      if (layer.macs() > 0) {
        svg.text(LEFT + length + 5, y + 10, "start", Svg.INK, rate(layer));
      }
    }
    return svg.document();
  }

  private static void drawLegend(Svg svg, List<LayerLatency> layers, MethodColours colours, double total) {
    double at = 12;
    for (String method : colours.methods()) {
      double share =
          layers.stream().filter(l -> l.method().equals(method)).mapToDouble(LayerLatency::milliseconds).sum() / total;
      String entry = String.format(Locale.ROOT, "■ %s %.0f %%", method, 100 * share);
      svg.text(at, 34, "start", colours.of(method), entry);
      at += 14 + 6.2 * entry.length();
    }
  }

  private static String rate(LayerLatency layer) {
    return String.format(Locale.ROOT, "%.0f GMAC/s", layer.macs() / layer.milliseconds() * 1e-6);
  }

  private static String words(LayerLatency layer) {
    return String.format(
        Locale.ROOT, "%s: %.3f ms, %s, %.2f bits", layer.name(), layer.milliseconds(), layer.method(), layer.bits());
  }

  /** The end of a name says more than its beginning, which is often the same for all. */
  private static String shortened(String name) {
    return name.length() <= MAX_NAME ? name : "…" + name.substring(name.length() - MAX_NAME + 1);
  }
}
