package org.ptilmpq.bench;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * GMAC/s over multiply-accumulates for each byte of weights and activations, as dots, and the measured limits of the
 * products as lines (Williams, Waterman, Patterson 2009). There is no line for the memory: a layer has 40 operations a byte
 * or more, and at only 10 GB/s that would be 400 GMAC/s.
 */
final class RooflinePlot {

  private static final double WIDTH = 820;
  private static final double HEIGHT = 460;
  private static final double LEFT = 56;
  private static final double RIGHT = 660;
  private static final double TOP = 46;
  private static final double BOTTOM = 410;

  private final MachineLimits limits;
  private final List<SweepRow> rows;
  private final MethodColours colours;
  private final LogAxis x;
  private final LogAxis y;
  private final Svg svg;

  private RooflinePlot(MachineLimits limits, List<SweepRow> rows) {
    this.limits = limits;
    this.rows = rows;
    colours = new MethodColours(rows.stream().map(SweepRow::method).toList());
    double[] intensity = rows.stream().mapToDouble(SweepRow::macsPerByte).sorted().toArray();
    double[] rates = rows.stream().mapToDouble(SweepRow::gmacPerSecond).sorted().toArray();
    double highest = rates[rates.length - 1];
    for (SweepRow row : rows) {
      highest = Math.max(highest, limits.of(row.method(), row.bits()).orElse(0));
    }
    x = new LogAxis(intensity[0] * 0.8, intensity[intensity.length - 1] * 1.25, LEFT, RIGHT);
    y = new LogAxis(rates[0] * 0.8, highest * 1.25, BOTTOM, TOP);
    svg = new Svg(WIDTH, HEIGHT, title());
  }

  /**
   * The picture of one width of vectors.
   *
   * @throws IllegalArgumentException when the sweep has no rows of that width
   */
  static String of(SweepResult result, int vectorBits) {
    List<SweepRow> rows = result.rows().stream().filter(row -> row.vectorBits() == vectorBits).toList();
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("the sweep has no rows with vectors of " + vectorBits + " bits");
    }
    return new RooflinePlot(result.limits(vectorBits), rows).draw();
  }

  private String title() {
    return "Convolutions of ResNet-50 on one thread, vectors of " + limits.vectorBits() + " bits";
  }

  private String draw() {
    svg.text(LEFT, 16, "start", Svg.INK, title());
    svg.grid(x, y, LEFT, RIGHT, TOP, BOTTOM);
    svg.text(LEFT, 34, "start", Svg.INK, "GMAC/s");
    svg.text((LEFT + RIGHT) / 2, BOTTOM + 36, "middle", Svg.INK, "multiply-accumulates per byte of weights and activations");
    drawLimits();
    for (SweepRow row : rows) {
      svg.dot(x.at(row.macsPerByte()), y.at(row.gmacPerSecond()), colours.of(row.method()), words(row));
    }
    drawLegend();
    return svg.document();
  }

  /** One line for each product, for look-ups one for each width of weights that is looked up. */
  private void drawLimits() {
    TreeSet<String> drawn = new TreeSet<>();
    for (SweepRow row : rows) {
      boolean byBits = row.method().equals(MachineLimits.LOOK_UP);
      String name = byBits ? row.method() + ", " + row.bits() + (row.bits() == 1 ? " bit" : " bits") : row.method();
      if (limits.of(row.method(), row.bits()).isPresent() && drawn.add(name)) {
        double limit = limits.of(row.method(), row.bits()).getAsDouble();
        svg.dashedLine(LEFT, y.at(limit), RIGHT, y.at(limit), colours.of(row.method()));
        svg.text(RIGHT + 6, y.at(limit) + 4, "start", colours.of(row.method()), "%s: %s".formatted(name, number(limit)));
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
