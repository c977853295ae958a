package org.ptilmpq.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.kernels.KernelProvider;

/**
 * Kernels over bits of weights, layer shapes, width of vectors and with or without look-ups, each beside the limit of its
 * product, measured in the same rounds. About two minutes for each width of vectors.
 *
 * <pre>
 * java -jar bench/target/ptilmpq-bench.jar sweep
 * java -jar bench/target/ptilmpq-bench.jar sweep --vector-bits 256 --bits 3 --layers STAGE3_3X3 --json
 * </pre>
 */
final class Sweep {

  private Sweep() {}

  /**
   * Runs one process a width.
   *
   * @throws IOException when a process can't be started or fails; what it says is on standard error
   * @throws IllegalArgumentException when every width is wider than the machine's vectors
   */
  static SweepResult run(SweepOptions options) throws IOException, InterruptedException {
    List<SweepResult> results = new ArrayList<>();
    for (int width : options.widths()) {
      Process process = start(options, width);
      try {
        String json = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code == 0) {
          results.add(SweepJson.parse(json));
        } else if (code != SweepProcess.WIDER_THAN_MACHINE) {
          throw new IOException("the sweep with vectors of " + width + " bits failed with code " + code);
        }
      } finally {
        process.destroy();
      }
    }
    if (results.isEmpty()) {
      throw new IllegalArgumentException("--vector-bits is " + options.widths() + ", all wider than this machine's");
    }
    return merge(results);
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

  /** Sweeps of different widths as one. */
  static SweepResult merge(List<SweepResult> results) {
    SweepResult first = results.get(0);
    return new SweepResult(
        first.java(),
        first.codes(),
        first.rounds(),
        results.stream().flatMap(result -> result.limits().stream()).toList(),
        results.stream().flatMap(result -> result.rows().stream()).toList());
  }
}
