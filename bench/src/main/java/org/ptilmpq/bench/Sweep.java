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
 * Kernels over bits of weights, layer shapes, width of vectors and exact product, each beside the limit of its
 * product, measured in turns with it. Look-ups differ by up to a fifth from one virtual machine to the next, so
 * there are several for each width, which take turns as well. The default takes about eight minutes.
 *
 * <pre>
 * java -jar bench/target/ptilmpq-bench.jar sweep
 * java -jar bench/target/ptilmpq-bench.jar sweep --vector-bits 256 --bits 3 --layers STAGE3_3X3 --json
 * </pre>
 */
final class Sweep {

  private Sweep() {}

  /**
   * Runs one process a fork and width.
   *
   * @throws IOException when a process can't be started or fails; what it says is on standard error
   * @throws IllegalArgumentException when every width is wider than the machine's vectors
   */
  static SweepResult run(SweepOptions options) throws IOException, InterruptedException {
    Map<Integer, List<SweepResult>> results = new LinkedHashMap<>();
    List<Integer> widths = new ArrayList<>(options.widths());
    for (int fork = 1; fork <= options.forks(); fork++) {
      for (int width : List.copyOf(widths)) {
        System.err.printf("ptilmpq-bench: vectors of %d bits, fork %d of %d%n", width, fork, options.forks());
        Optional<SweepResult> result = fork(options, width);
        if (result.isPresent()) {
          results.computeIfAbsent(width, any -> new ArrayList<>()).add(result.get());
        } else {
          widths.remove((Integer) width);
        }
      }
    }
    if (results.isEmpty()) {
      throw new IllegalArgumentException("--vector-bits is " + options.widths() + ", all wider than this machine's");
    }
    return SweepForks.ofWidths(results.values().stream().map(SweepForks::ofOneWidth).toList());
  }

  /** Nothing if the machine's vectors aren't so wide. */
  private static Optional<SweepResult> fork(SweepOptions options, int width) throws IOException, InterruptedException {
    Process process = start(options, width);
    try {
      String json = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code == SweepProcess.WIDER_THAN_MACHINE) {
        return Optional.empty();
      }
      if (code != 0) {
        throw new IOException("the sweep with vectors of " + width + " bits failed with code " + code);
      }
      return Optional.of(SweepJson.parse(json));
    } finally {
      process.destroy();
    }
  }

  /** A virtual machine as this one was started, but with the width and the Vector API. */
  private static Process start(SweepOptions options, int width) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("--add-modules=jdk.incubator.vector");
    command.add("-D" + KernelProvider.VECTOR_BITS_PROPERTY + "=" + width);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), SweepProcess.class.getName()));
    command.addAll(options.argumentsFor(width));
    return new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
  }
}
