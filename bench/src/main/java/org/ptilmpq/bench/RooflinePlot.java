package org.ptilmpq.bench;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

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
  private final List<SweepRow> rows;
  private final MethodColours colours;
  private final LogAxis x;
  private final LogAxis y;
  private final Svg svg;

  /** @param result of one kernel set, with at least one row */
  private RooflinePlot(String kernels, SweepResult result) {
    this.kernels = kernels;
    this.result = result;
    rows = result.rows();
    colours = new MethodColours(rows.stream().map(SweepRow::method).toList());
    double[] intensity = rows.stream().mapToDouble(SweepRow::macsPerByte).sorted().toArray();
    double[] rates = rows.stream().mapToDouble(SweepRow::gmacPerSecond).sorted().toArray();
    double highest = rates[rates.length - 1];
    for (SweepRow row : rows) {
      highest = Math.max(highest, result.limit(row).orElse(0));
    }
    x = new LogAxis(intensity[0] * 0.8, intensity[intensity.length - 1] * 1.25, LEFT, RIGHT);
    y = new LogAxis(rates[0] * 0.8, highest * 1.25, BOTTOM, TOP);
    svg = new Svg(WIDTH, HEIGHT, title());
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
    svg.text(LEFT, 16, "start", Svg.INK, title());
    svg.grid(x, y, LEFT, RIGHT, TOP, BOTTOM);
    svg.text(LEFT, 34, "start", Svg.INK, "GMAC/s");
    svg.text(
        (LEFT + RIGHT) / 2, BOTTOM + 36, "middle", Svg.INK, "multiply-accumulates per byte of weights and activations");
    drawLimits();
    for (SweepRow row : rows) {
      svg.dot(x.at(row.macsPerByte()), y.at(row.gmacPerSecond()), colours.of(row.method()), words(row));
    }
    drawLegend();
    return svg.document();
  }

  /** Draws one line per product, for look-ups one per width of weights that is looked up. */
  private void drawLimits() {
    TreeSet<String> drawn = new TreeSet<>();
    for (SweepRow row : rows) {
      boolean byBits = row.method().equals(ProductLimit.LOOK_UP);
      String name = byBits ? row.method() + ", " + row.bits() + (row.bits() == 1 ? " bit" : " bits") : row.method();
      if (result.limit(row).isPresent() && drawn.add(name)) {
        double limit = result.limit(row).getAsDouble();
        svg.dashedLine(LEFT, y.at(limit), RIGHT, y.at(limit), colours.of(row.method()));
        svg.text(
            RIGHT + 6, y.at(limit) + 4, "start", colours.of(row.method()), "%s: %s".formatted(name, number(limit)));
      }
    }
  }

  private void drawLegend() {
    double at = LEFT + 60;
    for (String method : colours.methods()) {
      svg.text(at, 34, "start", colours.of(method), "● " + method);
      at += 24 + 6.5 * method.length();
    }
  }

  private static String words(SweepRow row) {
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
