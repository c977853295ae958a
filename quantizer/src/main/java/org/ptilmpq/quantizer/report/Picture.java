package org.ptilmpq.quantizer.report;

/** A picture in SVG inside a page. Units are CSS pixels; styles are classes of the page's style sheet. */
class Picture {

  private static final String NAMESPACE = "http://www.w3.org/2000/svg";
  private static final String SWATCH = "12";

  private final Markup out;
  private final double width;
  private final double height;

  Picture(Markup out, double width, double height) {
    this.out = out;
    this.width = width;
    this.height = height;
  }

  /**
   * Begins the picture, in a frame that scrolls where the page is too narrow; the title is for those who can't see it.
   */
  final void open(String title) {
    String w = NumberText.coordinate(width);
    String h = NumberText.coordinate(height);
    out.open("div", "class", "scroll");
    out.open(
        "svg",
        "xmlns", NAMESPACE,
        "width", w,
        "height", h,
        "viewBox", "0 0 " + w + " " + h,
        "role", "img",
        "aria-label", title);
  }

  final void close() {
    out.close().close().line();
  }

  /** A small square in a style, for legends. */
  static void swatch(Markup out, String style) {
    out.open(
        "svg",
        "xmlns", NAMESPACE,
        "width", SWATCH,
        "height", SWATCH,
        "viewBox", "0 0 " + SWATCH + " " + SWATCH,
        "aria-hidden", "true");
    out.leaf("rect", "", "class", style, "width", SWATCH, "height", SWATCH).close();
  }

  /** Begins a picture that fills its place whatever its proportions; its units are given by the view. */
  static void openStrip(Markup out, int units, String title) {
    out.open(
        "svg",
        "xmlns", NAMESPACE,
        "class", "strip",
        "viewBox", "0 0 " + units + " 1",
        "preserveAspectRatio", "none",
        "role", "img",
        "aria-label", title);
  }

  final void line(String style, double x1, double y1, double x2, double y2) {
    out.leaf(
        "line",
        "",
        "class", style,
        "x1", NumberText.coordinate(x1),
        "y1", NumberText.coordinate(y1),
        "x2", NumberText.coordinate(x2),
        "y2", NumberText.coordinate(y2));
  }

  /** A bar, with words that show when it is pointed at. */
  final void bar(String style, double x, double y, double width, double height, String words) {
    out.open(
            "rect",
            "class", style,
            "x", NumberText.coordinate(x),
            "y", NumberText.coordinate(y),
            "width", NumberText.coordinate(width),
            "height", NumberText.coordinate(height))
        .leaf("title", words)
        .close();
  }

  /** A dot, with words that show when it is pointed at. */
  final void dot(String style, double x, double y, double radius, String words) {
    out.open(
            "circle",
            "class", style,
            "cx", NumberText.coordinate(x),
            "cy", NumberText.coordinate(y),
            "r", NumberText.coordinate(radius))
        .leaf("title", words)
        .close();
  }

  /**
   * @param anchor where in the text the place is: start, middle or end
   */
  final void text(String text, double x, double y, String anchor) {
    out.leaf(
        "text",
        text,
        "x", NumberText.coordinate(x),
        "y", NumberText.coordinate(y),
        "text-anchor", anchor);
  }
}
