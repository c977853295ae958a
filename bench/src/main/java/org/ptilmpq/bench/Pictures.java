package org.ptilmpq.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.ptilmpq.format.AtomicFile;

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
      usage: java -jar ptilmpq-bench.jar pictures [--sweep FILE [--kernels NAME]] [--layers FILE] FOLDER
               --sweep FILE     what sweep --json wrote: makes FOLDER/%s
               --kernels NAME   which of its kernel sets to draw, "avx2" or "256 bits"; default the first
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
    String kernels = "";
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.startsWith("-") && i + 1 == arguments.size()) {
        throw new IllegalArgumentException(argument + " needs a value, or is unknown");
      }
      switch (argument) {
        case "--sweep" -> sweep = Path.of(arguments.get(++i));
        case "--layers" -> layers = Path.of(arguments.get(++i));
        case "--kernels" -> kernels = arguments.get(++i);
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
      written.add(write(folder.resolve(ROOFLINE), RooflinePlot.of(result, kernelSet(result, kernels))));
    }
    if (layers != null) {
      written.add(write(folder.resolve(LATENCY), LatencyPlot.of(read(layers, LatencyPlot.Layer::parse))));
    }
    return written;
  }

  /** The first kernel set whose name ends with the given words. */
  private static String kernelSet(SweepResult result, String asked) {
    List<String> sets = result.kernelSets();
    for (String name : sets) {
      if (asked.isEmpty() || name.endsWith(", " + asked)) {
        return name;
      }
    }
    throw new IllegalArgumentException("the sweep has no kernels '" + asked + "', only " + String.join("; ", sets));
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
    AtomicFile.write(file, document.getBytes(StandardCharsets.UTF_8));
    return file;
  }
}
