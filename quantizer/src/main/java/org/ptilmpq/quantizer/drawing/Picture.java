package org.ptilmpq.quantizer.drawing;

/** A picture in SVG. Units are CSS pixels; styles are classes of the style sheet of the page or of the picture. */
public class Picture {

  private static final String NAMESPACE = "http://www.w3.org/2000/svg";
  private static final String SWATCH = "12";

  private final Markup out;
  private final double width;
  private final double height;

  public Picture(Markup out, double width, double height) {
    this.out = out;
    this.width = width;
    this.height = height;
  }

  /**
   * Begins the picture inside a page, in a frame that scrolls where the page is too narrow; the title is for those who
   * can't see it.
   */
  public final void open(String title) {
    out.open("div", "class", "scroll");
    openSvg(title);
  }

  /** Begins the picture as a document of its own on white paper, with its own style sheet. */
  public final void openDocument(String title, String styles) {
    openSvg(title);
    out.line().leaf("title", title).line().verbatim("style", styles);
    out.leaf("rect", "", "class", "paper", "width", "100%", "height", "100%").line();
  }

  private void openSvg(String title) {
    String w = coordinate(width);
    String h = coordinate(height);
    out.open(
        "svg",
        "xmlns", NAMESPACE,
        "width", w,
        "height", h,
        "viewBox", "0 0 " + w + " " + h,
        "role", "img",
        "aria-label", title);
  }

  /** Ends what {@link #open} began. */
  public final void close() {
    out.close().close().line();
  }

  /** A small square in a style, for legends. */
  public static void swatch(Markup out, String style) {
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
  public static void openStrip(Markup out, int units, String title) {
    out.open(
        "svg",
        "xmlns", NAMESPACE,
        "class", "strip",
        "viewBox", "0 0 " + units + " 1",
        "preserveAspectRatio", "none",
        "role", "img",
        "aria-label", title);
  }

  /** A straight line. */
  public final void line(String style, double x1, double y1, double x2, double y2) {
    out.leaf(
        "line",
        "",
        "class", style,
        "x1", coordinate(x1),
        "y1", coordinate(y1),
        "x2", coordinate(x2),
        "y2", coordinate(y2));
  }

  /** A bar, with words that show when it is pointed at. */
  public final void bar(String style, double x, double y, double width, double height, String words) {
    out.open(
            "rect",
            "class", style,
            "x", coordinate(x),
            "y", coordinate(y),
            "width", coordinate(width),
            "height", coordinate(height))
        .leaf("title", words)
        .close();
  }

  /** A dot, with words that show when it is pointed at. */
  public final void dot(String style, double x, double y, double radius, String words) {
    out.open(
            "circle",
            "class", style,
            "cx", coordinate(x),
            "cy", coordinate(y),
            "r", coordinate(radius))
        .leaf("title", words)
        .close();
  }

  /**
   * Words at a place.
   *
   * @param anchor where in the text the place is: start, middle or end
   */
  public final void text(String text, double x, double y, String anchor) {
    out.leaf("text", text, "x", coordinate(x), "y", coordinate(y), "text-anchor", anchor);
  }

  /** Words at a place, in a style. */
  public final void text(String style, String text, double x, double y, String anchor) {
    out.leaf("text", text, "class", style, "x", coordinate(x), "y", coordinate(y), "text-anchor", anchor);
  }

  /** A place, to a hundredth of a unit and no longer than necessary. */
  private static String coordinate(double value) {
    double rounded = Math.rint(value * 100) / 100;
    return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
  }
}
