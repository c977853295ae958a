package org.ptilmpq.bench;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What to sweep over.
 *
 * @param widths bits of a vector; wider ones than the machine's are left out
 * @param bits of the weights
 * @param layers shapes
 * @param products which exact products: {@code fp32}, {@code look-up}
 * @param codes how weights are spread
 * @param forks virtual machines for each width of vectors
 * @param rounds how often each layer has its turn in a fork
 * @param json one JSON object instead of a table
 */
record SweepOptions(
    List<Integer> widths,
    List<Integer> bits,
    List<ResNet50Layer> layers,
    List<String> products,
    CodeDistribution codes,
    int forks,
    int rounds,
    boolean json) {

  /** Smaller layers are a small part of the network's time. */
  private static final double LEAST_GMAC = 0.05;

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "--vector-bits", "512,256,128",
          "--bits", "3,5,8",
          "--layers", commas(ResNet50Layer.ofAtLeast(LEAST_GMAC)),
          "--products", "fp32,look-up",
          "--codes", "normal",
          "--forks", "2",
          "--rounds", "9");

  static final String USAGE =
      """
      usage: java -jar ptilmpq-bench.jar sweep
               [--vector-bits N,M]   widths of vectors, default 512,256,128; those wider than the machine's are left out
               [--bits N,M]          widths of weights, default 3,5,8
               [--layers NAME,NAME]  shapes of ResNet-50, default those of 0.05 GMAC or more
               [--products A,B]      fp32, look-up (where a layer can be looked up); default both
               [--codes normal|uniform]  how weights are spread, default normal: as a quantizer leaves them
               [--forks N]           virtual machines for each width of vectors, default 2
               [--rounds N]          turns of each layer in a fork, default 9
               [--json]
      """;

  /**
   * @param arguments what follows {@code sweep}
   * @throws IllegalArgumentException when they can't be understood
   */
  static SweepOptions parse(List<String> arguments) {
    Map<String, String> values = new HashMap<>(DEFAULTS);
    boolean json = false;
    for (int i = 0; i < arguments.size(); i++) {
      String option = arguments.get(i);
      if (option.equals("--json")) {
        json = true;
      } else if (!values.containsKey(option)) {
        throw new IllegalArgumentException("unknown option " + option);
      } else if (++i == arguments.size()) {
        throw new IllegalArgumentException(option + " needs a value");
      } else {
        values.put(option, arguments.get(i));
      }
    }
    return new SweepOptions(
        list(values, "--vector-bits", List.of(512, 256, 128)),
        list(values, "--bits", List.of(1, 2, 3, 4, 5, 6, 7, 8)),
        list(values, "--layers", List.of(ResNet50Layer.values())),
        list(values, "--products", List.of("fp32", "look-up")),
        oneOf("--codes", values.get("--codes"), List.of(CodeDistribution.values())),
        number("--forks", values.get("--forks")),
        number("--rounds", values.get("--rounds")),
        json);
  }

  /** The arguments that say the same for a single fork of a single width. */
  List<String> argumentsFor(int width) {
    return List.of(
        "--vector-bits", Integer.toString(width),
        "--bits", commas(bits),
        "--layers", commas(layers),
        "--products", commas(products),
        "--codes", codes.toString(),
        "--forks", "1",
        "--rounds", Integer.toString(rounds));
  }

  private static String commas(List<?> values) {
    return String.join(",", values.stream().map(Object::toString).toList());
  }

  private static <T> List<T> list(Map<String, String> values, String option, List<T> allowed) {
    return Arrays.stream(values.get(option).split(",", -1))
        .map(text -> oneOf(option, text.strip(), allowed))
        .distinct()
        .toList();
  }

  private static <T> T oneOf(String option, String text, List<T> allowed) {
    for (T value : allowed) {
      if (value.toString().equalsIgnoreCase(text)) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        option + " is '" + text + "'; it can be " + commas(allowed).toLowerCase(Locale.ROOT).replace(",", ", "));
  }

  private static int number(String option, String text) {
    if (text.matches("[1-9]\\d{0,4}")) {
      return Integer.parseInt(text);
    }
    throw new IllegalArgumentException(option + " is '" + text + "'; it can be 1 to 99999");
  }
}
