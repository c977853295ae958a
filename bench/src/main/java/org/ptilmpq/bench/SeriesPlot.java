package org.ptilmpq.bench;

import java.util.List;

/**
 * Points in a plane, those of a series joined by lines: time against bits, accuracy against time and size. What to draw comes
 * from a JSON object:
 *
 * <pre>
 * {"title": "…", "x": {"label": "bits", "from": 0, "to": 8, "log": 0}, "y": {…},
 *  "series": [{"name": "…", "points": [{"x": 3, "y": 48.5, "words": "said at the point, may be missing"}]}]}
 * </pre>
 */
final class SeriesPlot {

  private static final double WIDTH = 760;
  private static final double HEIGHT = 420;
  private static final double LEFT = 60;
  private static final double RIGHT = 730;
  private static final double TOP = 52;
  private static final double BOTTOM = 370;

  private final JsonObject plot;
  private final Axis x;
  private final Axis y;
  private final MethodColours colours;
  private final Svg svg;

  private SeriesPlot(JsonObject plot) {
    this.plot = plot;
    x = axis("x", LEFT, RIGHT);
    y = axis("y", BOTTOM, TOP);
    colours = new MethodColours(plot.objects("series").stream().map(series -> series.string("name")).toList());
    svg = new Svg(WIDTH, HEIGHT, plot.string("title"));
  }

  /**
   * Draws it.
   *
   * @throws IllegalArgumentException when the text is something else, saying what is missing or wrong
   */
  static String of(String json) {
    return new SeriesPlot(JsonText.object(json)).draw();
  }

  private Axis axis(String name, double from, double to) {
    JsonObject axis = plot.object(name);
    double least = axis.number("from");
    double most = axis.number("to");
    boolean log = axis.number("log") != 0;
    if (!(least < most) || log && !(least > 0)) {
      throw new IllegalArgumentException(
          "the %s axis can't go from %s to %s%s".formatted(name, least, most, log ? " by powers" : ""));
    }
    return log ? new LogAxis(least, most, from, to) : new LinearAxis(least, most, from, to);
  }

  private String draw() {
    svg.text(LEFT, 16, "start", Svg.INK, plot.string("title"));
    svg.grid(x, y, LEFT, RIGHT, TOP, BOTTOM);
    svg.text(LEFT, TOP - 6, "start", Svg.INK, plot.object("y").string("label"));
    svg.text((LEFT + RIGHT) / 2, BOTTOM + 36, "middle", Svg.INK, plot.object("x").string("label"));
    double legend = LEFT + 8.0 * plot.object("y").string("label").length();
    for (JsonObject series : plot.objects("series")) {
      String name = series.string("name");
      svg.text(legend, TOP - 6, "start", colours.of(name), "● " + name);
      legend += 24 + 6.5 * name.length();
      drawSeries(series.objects("points"), colours.of(name), name);
    }
    return svg.document();
  }

  private void drawSeries(List<JsonObject> points, String colour, String name) {
    for (int i = 0; i < points.size(); i++) {
      JsonObject point = points.get(i);
      double px = x.at(point.number("x"));
      double py = y.at(point.number("y"));
      if (i > 0) {
        svg.line(x.at(points.get(i - 1).number("x")), y.at(points.get(i - 1).number("y")), px, py, colour);
      }
      String place = LinearAxis.words(point.number("x")) + ", " + LinearAxis.words(point.number("y"));
      svg.dot(px, py, true, colour, name + ": " + place);
      if (point.has("words")) {
        svg.text(px + 6, py - 6, "start", colour, point.string("words"));
      }
    }
  }
}
