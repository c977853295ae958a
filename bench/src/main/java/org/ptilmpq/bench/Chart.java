package org.ptilmpq.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.ptilmpq.quantizer.drawing.Markup;
import org.ptilmpq.quantizer.drawing.Picture;

/**
 * A picture in a file of its own, with a colour for each kernel method: the same in every picture where the method is a
 * product of this project.
 */
final class Chart extends Picture {

  /** Colours that are distinguishable with the common colour deficiencies (Okabe and Ito 2008), and grey. */
  private static final String STYLES =
      """
      svg { color: #333333; font: 11px sans-serif }
      text, circle, rect { fill: currentColor }
      line { stroke: currentColor }
      .paper { color: white }
      .grid { color: #e4e4e4 }
      .limit { stroke-dasharray: 6 3 }
      .colour0 { color: #0072b2 }
      .colour1 { color: #d55e00 }
      .colour2 { color: #009e73 }
      .colour3 { color: #cc79a7 }
      .colour4 { color: #56b4e9 }
      .colour5 { color: #e69f00 }
      .colour6 { color: #777777 }
      """;

  private static final int MAX_COLOUR = 6;
  private static final Map<String, Integer> PRODUCTS =
      Map.of(SweepResult.Limit.LOOK_UP, 0, SweepResult.Limit.FP32_LANES, 1);

  private final Markup out;
  private final Map<String, String> colours = new LinkedHashMap<>();

  /**
   * @param title what it shows, also for those who can't see it
   * @param methods in the order of the legend; beyond those known and five more, they are all grey
   */
  Chart(double width, double height, String title, List<String> methods) {
    this(new Markup(""), width, height);
    int other = PRODUCTS.size();
    for (String method : methods) {
      if (!colours.containsKey(method)) {
        Integer known = PRODUCTS.get(method);
        colours.put(method, "colour" + (known != null ? known : Math.min(other++, MAX_COLOUR)));
      }
    }
    openDocument(title, STYLES);
  }

  private Chart(Markup out, double width, double height) {
    super(out, width, height);
    this.out = out;
  }

  /** The style that has a method's colour. */
  String style(String method) {
    return colours.get(method);
  }

  /** All methods, each once. */
  Set<String> methods() {
    return colours.keySet();
  }

  /** The document, which ends here. */
  String document() {
    return out.close().line().toString();
  }

  /** A tick in as few digits as it needs. */
  static String words(double tick) {
    return tick == 0 ? "0" : String.format(Locale.ROOT, "%.3f", tick).replaceFirst("\\.?0+$", "");
  }
}
