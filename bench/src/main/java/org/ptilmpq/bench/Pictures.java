package org.ptilmpq.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Draws what was measured.
 *
 * <pre>
 * java -jar bench/target/ptilmpq-bench.jar sweep --json &gt; sweep.json
 * ./ptilmpq benchmark model.pq --layers --json &gt; layers.json
 * java -jar bench/target/ptilmpq-bench.jar pictures --sweep sweep.json --layers layers.json docs
 * </pre>
 */
final class Pictures {

  static final String ROOFLINE = "roofline.svg";
  static final String LATENCY = "latency-per-layer.svg";

  static final String USAGE =
      """
      usage: java -jar ptilmpq-bench.jar pictures [--sweep FILE [--vector-bits N]] [--layers FILE] FOLDER
               --sweep FILE     what sweep --json wrote: makes FOLDER/%s
               --vector-bits N  of the rows to draw, default the widest
               --layers FILE    what ptilmpq benchmark MODEL.pq --layers --json wrote: makes FOLDER/%s
      """
          .formatted(ROOFLINE, LATENCY);

  private Pictures() {}

  /**
   * @param arguments what follows {@code pictures}
   * @return the files written
   * @throws IllegalArgumentException when arguments or a file can't be understood
   * @throws IOException when a file can't be read or written
   */
  static List<Path> draw(List<String> arguments) throws IOException {
    Path sweep = null;
    Path layers = null;
    Path folder = null;
    int vectorBits = 0;
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.startsWith("-") && i + 1 == arguments.size()) {
        throw new IllegalArgumentException(argument + " needs a value, or is unknown");
      }
      switch (argument) {
        case "--sweep" -> sweep = Path.of(arguments.get(++i));
        case "--layers" -> layers = Path.of(arguments.get(++i));
        case "--vector-bits" -> vectorBits = width(arguments.get(++i));
        default -> {
          if (argument.startsWith("-") || folder != null) {
            throw new IllegalArgumentException("unknown option or second folder: " + argument);
          }
          folder = Path.of(argument);
        }
      }
    }
    if (folder == null || sweep == null && layers == null) {
      throw new IllegalArgumentException("a folder is needed, and --sweep or --layers");
    }
    List<Path> written = new ArrayList<>();
    if (sweep != null) {
      SweepResult result = read(sweep, SweepJson::parse);
      int widest = result.rows().stream().mapToInt(SweepRow::vectorBits).max().orElse(0);
      written.add(write(folder.resolve(ROOFLINE), RooflinePlot.of(result, vectorBits == 0 ? widest : vectorBits)));
    }
    if (layers != null) {
      written.add(write(folder.resolve(LATENCY), LatencyPlot.of(read(layers, LayerLatency::parse))));
    }
    return written;
  }

  private static int width(String text) {
    if (!List.of("128", "256", "512").contains(text)) {
      throw new IllegalArgumentException("--vector-bits is '" + text + "'; it can be 128, 256 or 512");
    }
    return Integer.parseInt(text);
  }

  private static <T> T read(Path file, Function<String, T> parse) throws IOException {
    String text = Files.readString(file);
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static Path write(Path file, String document) throws IOException {
    return Files.writeString(file, document);
  }
}
