package org.ptilmpq.bench;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The options of a sweep.
 *
 * @param kernels kind of kernels: {@code machine}, {@code vector}
 * @param sets the kernel sets of that kind: names of instruction sets, bits of a vector; vectors wider than the
 *     machine's are skipped
 * @param bits of the weights
 * @param layers shapes
 * @param products which products of the vector kernels: {@code fp32}, {@code look-up}; machine code has one
 * @param codes how weights are spread
 * @param forks virtual machines for each kernel set
 * @param rounds how often each layer has its turn in a fork
 * @param json one JSON object instead of a table
 */
record SweepOptions(
    String kernels,
    List<String> sets,
    List<Integer> bits,
    List<ResNet50Layer> layers,
    List<String> products,
    RandomWeights.Codes codes,
    int forks,
    int rounds,
    boolean json) {

  static final String MACHINE = "machine";
  static final String VECTOR = "vector";

  private static final Map<String, String> DEFAULTS =
      Map.of("--layers", commas(List.of(ResNet50Layer.values())), "--codes", "normal", "--forks", "2", "--rounds", "9");

  private static final Map<String, String> MACHINE_DEFAULTS =
      Map.of("--kernels", MACHINE, "--machine", ChosenKernels.BEST, "--bits", "2,4,8");

  private static final Map<String, String> VECTOR_DEFAULTS =
      Map.of("--kernels", VECTOR, "--vector-bits", "512,256,128", "--bits", "3,5,8", "--products", "fp32,look-up");

  static final String USAGE =
      """
      usage: java -jar ptilmpq-bench.jar sweep
               [--kernels machine|vector]  default machine: machine code
               [--machine A,B]       with machine: instruction sets, as docs/kernels.md names them; default the best one
               [--vector-bits N,M]   with vector: widths of vectors, default 512,256,128; those wider than the machine's
                                     are left out
               [--products A,B]      with vector: fp32, look-up (where a layer can be looked up); default both
               [--bits N,M]          widths of weights, default 2,4,8 with machine, 3,5,8 with vector
               [--layers NAME,NAME]  shapes of ResNet-50, default all; those of 0.05 GMAC or more are marked
               [--codes normal|uniform]  how weights are spread, default normal: as a quantizer leaves them
               [--forks N]           virtual machines for each instruction set or width of vectors, default 2
               [--rounds N]          turns of each layer in a fork, default 9
               [--json]
      """;

  /**
   * @param arguments what follows {@code sweep}
   * @throws IllegalArgumentException when they can't be understood
   */
  static SweepOptions parse(List<String> arguments) {
    Map<String, String> given = new HashMap<>();
    boolean json = false;
    for (int i = 0; i < arguments.size(); i++) {
      String option = arguments.get(i);
      if (option.equals("--json")) {
        json = true;
      } else if (!isOption(option)) {
        throw new IllegalArgumentException("unknown option " + option);
      } else {
        given.put(option, ComparisonOptions.value(arguments, ++i));
      }
    }
    String kernels = oneOf("--kernels", given.getOrDefault("--kernels", MACHINE), List.of(MACHINE, VECTOR));
    boolean isMachine = kernels.equals(MACHINE);
    Map<String, String> values = new HashMap<>(DEFAULTS);
    values.putAll(isMachine ? MACHINE_DEFAULTS : VECTOR_DEFAULTS);
    for (String option : given.keySet()) {
      if (!values.containsKey(option)) {
        throw new IllegalArgumentException(option + " is not for --kernels " + kernels);
      }
    }
    values.putAll(given);
    return new SweepOptions(
        kernels,
        isMachine ? split(values.get("--machine")) : list(values, "--vector-bits", List.of("512", "256", "128")),
        list(values, "--bits", List.of(1, 2, 3, 4, 5, 6, 7, 8)),
        list(values, "--layers", List.of(ResNet50Layer.values())),
        isMachine ? List.of() : list(values, "--products", List.of("fp32", "look-up")),
        oneOf("--codes", values.get("--codes"), List.of(RandomWeights.Codes.values())),
        number("--forks", values.get("--forks")),
        number("--rounds", values.get("--rounds")),
        json);
  }

  private static boolean isOption(String text) {
    return DEFAULTS.containsKey(text) || MACHINE_DEFAULTS.containsKey(text) || VECTOR_DEFAULTS.containsKey(text);
  }

  boolean isMachine() {
    return kernels.equals(MACHINE);
  }

  /** Returns the options of a single fork of a single kernel set. */
  SweepOptions of(String set) {
    return new SweepOptions(kernels, List.of(set), bits, layers, products, codes, 1, rounds, json);
  }

  /** The arguments that give these options, except for the form of the output. */
  List<String> arguments() {
    List<String> own =
        isMachine()
            ? List.of("--machine", commas(sets))
            : List.of("--vector-bits", commas(sets), "--products", commas(products));
    List<String> common =
        List.of(
            "--kernels", kernels,
            "--bits", commas(bits),
            "--layers", commas(layers),
            "--codes", codes.toString(),
            "--forks", Integer.toString(forks),
            "--rounds", Integer.toString(rounds));
    return Stream.concat(common.stream(), own.stream()).toList();
  }

  private static String commas(List<?> values) {
    return String.join(",", values.stream().map(Object::toString).toList());
  }

  private static List<String> split(String value) {
    return Arrays.stream(value.split(",", -1)).map(String::strip).distinct().toList();
  }

  private static <T> List<T> list(Map<String, String> values, String option, List<T> allowed) {
    return split(values.get(option)).stream().map(text -> oneOf(option, text, allowed)).distinct().toList();
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
