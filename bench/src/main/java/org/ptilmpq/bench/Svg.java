package org.ptilmpq.bench;

import java.util.Locale;

/** A picture being drawn: an SVG document with the few shapes that plots need. Units are pixels at its own size. */
final class Svg {

  static final String INK = "#333333";
  static final String GRID = "#e4e4e4";

  private final StringBuilder out = new StringBuilder();

  /**
   * @param title what it shows, for those who can't see it
   */
  Svg(double width, double height, String title) {
    out.append(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\""
                + " font-family=\"sans-serif\" font-size=\"11\" role=\"img\">%n<title>%s</title>%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
            width, height, width, height, escaped(title)));
  }

  void line(double x1, double y1, double x2, double y2, String colour) {
    out.append(
        format(
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n", x1, y1, x2, y2, colour));
  }

  void dashedLine(double x1, double y1, double x2, double y2, String colour) {
    out.append(
        format(
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-dasharray=\"6 3\"/>%n",
            x1, y1, x2, y2, colour));
  }

  /**
   * @param anchor where in the text the place is: start, middle or end
   */
  void text(double x, double y, String anchor, String colour, String text) {
    out.append(
        format(
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
            x, y, anchor, colour, escaped(text)));
  }

  /** A grid with a line and a number for each tick of both axes, within these bounds. */
  void grid(LogAxis x, LogAxis y, double left, double right, double top, double bottom) {
    for (double tick : x.ticks()) {
      line(x.at(tick), top, x.at(tick), bottom, GRID);
      text(x.at(tick), bottom + 16, "middle", INK, LinearAxis.words(tick));
    }
    for (double tick : y.ticks()) {
      line(left, y.at(tick), right, y.at(tick), GRID);
      text(left - 6, y.at(tick) + 4, "end", INK, LinearAxis.words(tick));
    }
  }

  /** A bar; the words show when it is pointed at. */
  void bar(double x, double y, double width, double height, String colour, String words) {
    out.append(
        format(
            "<rect class=\"mark\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\">"
                + "<title>%s</title></rect>%n",
            x, y, width, height, colour, escaped(words)));
  }

  /** A dot; the words show when it is pointed at. */
  void dot(double x, double y, String colour, String words) {
    out.append(
        format(
            "<circle class=\"mark\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\">"
                + "<title>%s</title></circle>%n",
            x, y, colour, escaped(words)));
  }

  /** The document, which ends here. */
  String document() {
    return out + "</svg>\n";
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }

  /** The text as XML allows it: names of layers come from other people's models. */
  private static String escaped(String text) {
    StringBuilder safe = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                default ->
                    safe.appendCodePoint(
                        c < ' ' || c >= 0xD800 && c < 0xE000 || c > 0xFFFD && c < 0x10000 ? '?' : c);
              }
            });
    return safe.toString();
  }
}
