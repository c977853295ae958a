package org.ptilmpq.quantizer.report;

import java.util.ArrayList;
import java.util.List;

/** The bytes of the file by part: a bar with a piece per part, and the figures below. */
final class PartsBar {

  private static final double WIDTH = 960;
  private static final double HEIGHT = 34;

  /** Number of styles for pieces; they repeat after that. */
  private static final int STYLES = 7;

  private PartsBar() {}

  static void write(Markup out, FileFacts file) {
    List<FileFacts.Part> parts = new ArrayList<>(file.parts());
    if (file.unaccounted() != 0) {
      parts.add(new FileFacts.Part("not accounted for", file.unaccounted()));
    }
    double total = parts.stream().mapToDouble(part -> Math.max(0, part.bytes())).sum();
    Picture picture = new Picture(out, WIDTH, HEIGHT);
    picture.open("Bytes of the file by part");
    double x = 0;
    for (int i = 0; i < parts.size(); i++) {
      double width = total > 0 ? WIDTH * Math.max(0, parts.get(i).bytes()) / total : 0;
      picture.bar(style(i), x, 0, width, HEIGHT, words(parts.get(i), total));
      x += width;
    }
    picture.close();
    out.open("div", "class", "scroll").open("table").open("tbody").line();
    for (int i = 0; i < parts.size(); i++) {
      out.open("tr").open("td");
      Picture.swatch(out, style(i));
      out.text(" " + parts.get(i).name()).close();
      out.leaf("td", NumberText.count(parts.get(i).bytes()), "class", "number");
      out.leaf("td", NumberText.percent(parts.get(i).bytes() / total), "class", "number").close().line();
    }
    out.close().close().close().line();
  }

  private static String words(FileFacts.Part part, double total) {
    return part.name() + ": " + NumberText.count(part.bytes()) + " bytes, " + NumberText.percent(part.bytes() / total);
  }

  private static String style(int index) {
    return "colour" + index % STYLES;
  }
}
