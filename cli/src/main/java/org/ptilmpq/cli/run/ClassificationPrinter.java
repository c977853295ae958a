package org.ptilmpq.cli.run;

import java.util.List;
import java.util.Locale;
import org.ptilmpq.cli.Json;
import org.ptilmpq.runtime.Classification;

/** How a picture's likeliest classes are written to stdout. */
sealed interface ClassificationPrinter {

  /**
   * @param picture as the user named it
   * @param top likeliest first
   * @param millis from opening the picture to its scores
   */
  void print(String picture, List<Classification.Entry> top, double millis);

  /**
   * "0.8602  653  military uniform" a line.
   *
   * @param named whether the picture's name stands above, as it must where there are several
   */
  record Text(boolean named) implements ClassificationPrinter {
    @Override
    public void print(String picture, List<Classification.Entry> top, double millis) {
      if (named) {
        System.out.println(picture + ":");
      }
      for (Classification.Entry entry : top) {
        String line = String.format(Locale.ROOT, "%.4f  %d  %s", entry.probability(), entry.index(), entry.label());
        System.out.println(line.stripTrailing());
      }
      System.out.flush();
    }
  }

  /** A JSON object a picture. */
  record Lines() implements ClassificationPrinter {
    @Override
    public void print(String picture, List<Classification.Entry> top, double millis) {
      List<Json> entries = top.stream().map(Lines::entry).toList();
      System.out.println(new Json().put("file", picture).put("ms", millis).put("top", entries));
      System.out.flush();
    }

    private static Json entry(Classification.Entry entry) {
      return new Json()
          .put("index", entry.index())
          .put("label", entry.label())
          .put("probability", entry.probability())
          .put("score", entry.score());
    }
  }
}
