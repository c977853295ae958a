package org.ptilmpq.bench;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.ptilmpq.quantizer.drawing.Scale;

/**
 * GMAC/s over multiply-accumulates per byte of weights and activations, as dots, and the measured limits of the
 * products as lines (Williams, Waterman, Patterson 2009). There is no line for the memory: a layer that runs over and
 * over has its weights and activations in a cache.
 */
final class RooflinePlot {

  private static final double WIDTH = 820;
  private static final double HEIGHT = 460;
  private static final double LEFT = 56;
  private static final double RIGHT = 660;
  private static final double TOP = 46;
  private static final double BOTTOM = 410;

  private final String kernels;
  private final SweepResult result;
  private final List<SweepResult.Row> rows;
  private final Scale x;
  private final Scale y;
  private final Chart chart;

  /** @param result of one kernel set, with at least one row */
  private RooflinePlot(String kernels, SweepResult result) {
    this.kernels = kernels;
    this.result = result;
    rows = result.rows();
    double[] intensity = rows.stream().mapToDouble(SweepResult.Row::macsPerByte).sorted().toArray();
    double[] rates = rows.stream().mapToDouble(SweepResult.Row::gmacPerSecond).sorted().toArray();
    double highest = rates[rates.length - 1];
    for (SweepResult.Row row : rows) {
      highest = Math.max(highest, result.limit(row).orElse(0));
    }
    x = Scale.logarithmicBetween(intensity[0] * 0.8, intensity[intensity.length - 1] * 1.25, LEFT, RIGHT);
    y = Scale.logarithmicBetween(rates[0] * 0.8, highest * 1.25, BOTTOM, TOP);
    chart = new Chart(WIDTH, HEIGHT, title(), rows.stream().map(SweepResult.Row::method).toList());
  }

  /**
   * The picture of one kernel set.
   *
   * @param kernels one of the sweep's
   */
  static String of(SweepResult result, String kernels) {
    return new RooflinePlot(kernels, result.of(kernels)).draw();
  }

  private String title() {
    return "Convolutions of ResNet-50 on one thread, " + kernels;
  }

  private String draw() {
    chart.text(title(), LEFT, 16, "start");
    drawGrid();
    chart.text("GMAC/s", LEFT, 34, "start");
    chart.text("multiply-accumulates per byte of weights and activations", (LEFT + RIGHT) / 2, BOTTOM + 36, "middle");
    drawLimits();
    for (SweepResult.Row row : rows) {
      chart.dot(chart.style(row.method()), x.at(row.macsPerByte()), y.at(row.gmacPerSecond()), 3.5, words(row));
    }
    drawLegend();
    return chart.document();
  }

  private void drawGrid() {
    for (double tick : x.ticks()) {
      chart.line("grid", x.at(tick), TOP, x.at(tick), BOTTOM);
      chart.text(Chart.words(tick), x.at(tick), BOTTOM + 16, "middle");
    }
    for (double tick : y.ticks()) {
      chart.line("grid", LEFT, y.at(tick), RIGHT, y.at(tick));
      chart.text(Chart.words(tick), LEFT - 6, y.at(tick) + 4, "end");
    }
  }

  /** Draws one line per product, for look-ups one per width of weights that is looked up. */
  private void drawLimits() {
    TreeSet<String> drawn = new TreeSet<>();
    for (SweepResult.Row row : rows) {
      boolean byBits = row.method().equals(SweepResult.Limit.LOOK_UP);
      String name = byBits ? row.method() + ", " + row.bits() + (row.bits() == 1 ? " bit" : " bits") : row.method();
      if (result.limit(row).isPresent() && drawn.add(name)) {
        double limit = result.limit(row).getAsDouble();
        String style = chart.style(row.method());
        chart.line("limit " + style, LEFT, y.at(limit), RIGHT, y.at(limit));
        chart.text(style, name + ": " + number(limit), RIGHT + 6, y.at(limit) + 4, "start");
      }
    }
  }

  private void drawLegend() {
    double at = LEFT + 60;
    for (String method : chart.methods()) {
      chart.text(chart.style(method), "● " + method, at, 34, "start");
      at += 24 + 6.5 * method.length();
    }
  }

  private static String words(SweepResult.Row row) {
    return String.format(
        Locale.ROOT,
        "%s, %d bits, %s: %.1f GMAC/s, %.3f ms",
        row.layer(),
        row.bits(),
        row.method(),
        row.gmacPerSecond(),
        row.milliseconds());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 && value != Math.rint(value) ? "%.1f" : "%.0f", value);
  }
}
