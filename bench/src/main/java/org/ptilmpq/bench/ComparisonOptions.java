package org.ptilmpq.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The options of a comparison.
 *
 * @param onnx the float model, for ONNX Runtime
 * @param pq the same network as this project runs it
 * @param int8 the same network with 8-bit operators (QDQ), also for ONNX Runtime
 * @param tflite the same network for TensorFlow Lite
 * @param kernels that run the .pq; without them those of the properties of the virtual machine
 * @param threads one comparison per number
 * @param rounds how often each engine has its turn
 * @param json one JSON object per line instead of a table
 */
record ComparisonOptions(
    Path onnx,
    Path pq,
    Optional<Path> int8,
    Optional<Path> tflite,
    Optional<String> kernels,
    List<Integer> threads,
    int rounds,
    boolean json) {

  static final String USAGE =
      """
      usage: java -jar ptilmpq-bench.jar compare MODEL.onnx MODEL.pq
               [--int8 MODEL.onnx]   8-bit QDQ form of the model, timed in ONNX Runtime as well
               [--tflite MODEL.tflite]  the model for TensorFlow Lite, timed as well (x86-64 Linux)
               [--kernels machine|vector|scalar]  which run the .pq, default machine; vector needs
                                     --add-modules jdk.incubator.vector before -jar
               [--threads N,M]       default 1,2
               [--rounds N]          default 30
               [--json]
             -Dptilmpq.machine=NAME before -jar asks for an instruction set
             java -jar ptilmpq-bench.jar marked    one network for an emulator that counts instructions
             java -jar ptilmpq-bench.jar sweep     kernels against the machine's limits
             java -jar ptilmpq-bench.jar pictures  draws what sweep and ptilmpq benchmark measured
             java -jar ptilmpq-bench.jar [JMH options]   kernels alone; -h lists the options
      """;

  /**
   * @param arguments what follows {@code compare}
   * @throws IllegalArgumentException when they can't be understood
   */
  static ComparisonOptions parse(List<String> arguments) {
    List<Path> models = new ArrayList<>();
    Optional<Path> int8 = Optional.empty();
    Optional<Path> tflite = Optional.empty();
    Optional<String> kernels = Optional.empty();
    List<Integer> threads = List.of(1, 2);
    int rounds = 30;
    boolean json = false;
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      switch (argument) {
        case "--json" -> json = true;
        case "--int8" -> int8 = Optional.of(Path.of(value(arguments, ++i)));
        case "--tflite" -> tflite = Optional.of(Path.of(value(arguments, ++i)));
        case "--kernels" -> kernels = Optional.of(value(arguments, ++i));
        case "--rounds" -> rounds = number(argument, value(arguments, ++i), 100_000);
        case "--threads" ->
            threads = Arrays.stream(value(arguments, ++i).split(",")).map(t -> number(argument, t, 256)).toList();
        default -> {
          if (argument.startsWith("-")) {
            throw new IllegalArgumentException("unknown option " + argument);
          }
          models.add(Path.of(argument));
        }
      }
    }
    if (models.size() != 2) {
      throw new IllegalArgumentException("two models are needed, an .onnx and a .pq, not " + models.size());
    }
    return new ComparisonOptions(models.get(0), models.get(1), int8, tflite, kernels, threads, rounds, json);
  }

  /** The argument at a place, which is the value of the option before it. */
  static String value(List<String> arguments, int i) {
    if (i == arguments.size()) {
      throw new IllegalArgumentException(arguments.get(i - 1) + " needs a value");
    }
    return arguments.get(i);
  }

  /** A value from 1 to the most that is allowed. */
  static int number(String option, String text, int most) {
    try {
      int number = Integer.parseInt(text.strip());
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " is a whole number, not '" + text + "'", e);
    }
    throw new IllegalArgumentException(option + " can be 1…" + most + ", not " + text);
  }
}
