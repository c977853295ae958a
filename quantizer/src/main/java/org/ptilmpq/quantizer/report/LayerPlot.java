package org.ptilmpq.quantizer.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.ptilmpq.quantizer.drawing.Markup;
import org.ptilmpq.quantizer.drawing.Picture;
import org.ptilmpq.quantizer.drawing.Scale;

/** Pictures with a column per layer, from the first layer to the last. */
final class LayerPlot {

  private static final double PREFERRED_WIDTH = 960;
  private static final double NARROWEST = 5;
  private static final double WIDEST = 48;
  private static final double HEIGHT = 180;

  /** Column width below which not every layer's number fits under its column. */
  private static final double NUMBER_WIDTH = 26;

  private final Markup out;
  private final List<LayerReport> layers;
  private final double column;

  /** One figure of every layer: its name, style and value, which is NaN where a layer has none. */
  record Series(String name, String style, ToDoubleFunction<LayerReport> value) {

    private double[] values(List<LayerReport> layers) {
      return layers.stream().mapToDouble(value).toArray();
    }
  }

  LayerPlot(Markup out, List<LayerReport> layers) {
    this.out = out;
    this.layers = layers;
    this.column = Math.clamp(PREFERRED_WIDTH / Math.max(1, layers.size()), NARROWEST, WIDEST);
  }

  /** Draws bars from zero, beside each other where there are several series. */
  void bars(String title, List<Series> series) {
    legend(series);
    Plot plot = new Plot(out, column * layers.size(), HEIGHT);
    double[] all = series.stream().flatMapToDouble(s -> Arrays.stream(s.values(layers))).toArray();
    Scale scale = Scale.fromZero(all, plot.bottom(), plot.top());
    plot.open(title);
    plot.verticalAxis(scale, NumberText::significant);
    double width = 0.84 * column / series.size();
    for (int i = 0; i < layers.size(); i++) {
      double x = plot.left() + i * column + 0.08 * column;
      for (Series s : series) {
        double value = s.value().applyAsDouble(layers.get(i));
        if (Double.isFinite(value)) {
          String words = words(i) + ": " + NumberText.fixed(value, 3) + " " + s.name();
          plot.bar(s.style(), x, scale.at(value), width, plot.bottom() - scale.at(value), words);
        }
        x += width;
      }
    }
    finish(plot);
  }

  /** Draws dots on a logarithmic axis; those at zero or below are hollow, on the lower edge. */
  void dots(String title, Series series) {
    Plot plot = new Plot(out, column * layers.size(), HEIGHT);
    Scale scale = Scale.logarithmic(series.values(layers), plot.bottom(), plot.top());
    plot.open(title);
    plot.verticalAxis(scale, tick -> String.format(Locale.ROOT, "%.0e", tick));
    for (int i = 0; i < layers.size(); i++) {
      double value = series.value().applyAsDouble(layers.get(i));
      if (Double.isFinite(value)) {
        double x = plot.left() + (i + 0.5) * column;
        double y = scale.at(value);
        plot.line("stem " + series.style(), x, plot.bottom(), x, y);
        String style = series.style() + (value > 0 ? "" : " hollow");
        String words = words(i) + ": " + NumberText.significant(value) + " " + series.name();
        plot.dot(style, x, y, Math.min(4, 0.45 * column), words);
      }
    }
    finish(plot);
  }

  /** Explains the colours. */
  private void legend(List<Series> series) {
    out.open("p", "class", "legend");
    for (Series s : series) {
      out.open("span");
      Picture.swatch(out, s.style());
      out.text(" " + s.name()).close().text(" ");
    }
    out.close().line();
  }

  private String words(int layer) {
    return (layer + 1) + " " + layers.get(layer).name();
  }

  private void finish(Plot plot) {
    plot.line("axis", plot.left(), plot.bottom(), plot.right(), plot.bottom());
    int every = (int) Math.ceil(NUMBER_WIDTH / column);
    for (int i = 0; i < layers.size(); i += every) {
      plot.text(Integer.toString(i + 1), plot.left() + (i + 0.5) * column, plot.bottom() + 16, "middle");
    }
    plot.close();
  }
}
