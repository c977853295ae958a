package org.ptilmpq.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ptilmpq.kernels.KernelProvider;

/**
 * Kernels over bits of weights, layer shapes, and instruction sets of machine code or widths of vectors, each beside
 * the limit of its product, measured in turns with it. Times differ from one virtual machine to the next, those of
 * vectors by up to a fifth, so there are several for each kernel set, which take turns as well.
 *
 * <pre>
 * java -jar bench/target/ptilmpq-bench.jar sweep
 * java -jar bench/target/ptilmpq-bench.jar sweep --kernels vector --vector-bits 256 --bits 3 --layers STAGE3_3X3 --json
 * </pre>
 */
final class Sweep {

  private Sweep() {}

  /**
   * Runs one process per fork and kernel set.
   *
   * @throws IOException when a process can't be started or fails; what it says is on standard error
   * @throws IllegalArgumentException when this machine hasn't an instruction set, or none of the widths
   */
  static SweepResult run(SweepOptions options) throws IOException, InterruptedException {
    if (options.isMachine()) {
      options.sets().forEach(name -> ChosenKernels.machine(name).close());
    }
    Map<String, List<SweepResult>> results = new LinkedHashMap<>();
    List<String> sets = new ArrayList<>(options.sets());
    for (int fork = 1; fork <= options.forks(); fork++) {
      for (String set : List.copyOf(sets)) {
        System.err.printf("ptilmpq-bench: %s, %s, fork %d of %d%n", options.kernels(), set, fork, options.forks());
        Optional<SweepResult> result = fork(options.of(set), set);
        if (result.isPresent()) {
          results.computeIfAbsent(set, any -> new ArrayList<>()).add(result.get());
        } else {
          sets.remove(set);
        }
      }
    }
    if (results.isEmpty()) {
      throw new IllegalArgumentException("--vector-bits is " + options.sets() + ", all wider than this machine's");
    }
    return SweepResult.ofSets(results.values().stream().map(SweepResult::ofForks).toList());
  }

  /** Returns nothing if the machine's vectors aren't that wide. */
  private static Optional<SweepResult> fork(SweepOptions options, String set) throws IOException, InterruptedException {
    Process process = start(options, set);
    try {
      String json = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code == SweepProcess.WIDER_THAN_MACHINE) {
        return Optional.empty();
      }
      if (code != 0) {
        throw new IOException("the sweep of " + options.kernels() + ", " + set + ", failed with code " + code);
      }
      return Optional.of(SweepJson.parse(json));
    } finally {
      process.destroy();
    }
  }

  /** Starts a virtual machine like this one, but with what kernels need, and the width, which is constant in it. */
  private static Process start(SweepOptions options, String set) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--add-modules=jdk.incubator.vector");
    if (!options.isMachine()) {
      command.add("-D" + KernelProvider.VECTOR_BITS_PROPERTY + "=" + set);
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), SweepProcess.class.getName()));
    command.addAll(options.arguments());
    return new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
  }
}
