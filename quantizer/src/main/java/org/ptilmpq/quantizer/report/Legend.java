package org.ptilmpq.quantizer.report;

import java.util.List;

/** Explains the colours of a picture. */
final class Legend {

  private Legend() {}

  /** A colour's style and its meaning. */
  record Entry(String style, String meaning) {}

  static void write(Markup out, List<Entry> entries) {
    out.open("p", "class", "legend");
    for (Entry entry : entries) {
      out.open("span");
      Picture.swatch(out, entry.style());
      out.text(" " + entry.meaning()).close().text(" ");
    }
    out.close().line();
  }
}
