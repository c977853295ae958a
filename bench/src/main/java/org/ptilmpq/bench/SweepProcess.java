package org.ptilmpq.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * One fork at one vector width of a sweep. The width is constant for a virtual machine, so each has one of its own,
 * started by {@link Sweep}. Limits and layers take turns in it. A layer's time is the median of its turns, a limit is
 * its fastest turn: what the machine could do once it can do, and whatever made another turn slower is no limit of the
 * machine. All layers share one virtual machine, as they do in a network, so its JIT has seen every shape.
 */
final class SweepProcess {

  /** Exit code: vectors of this width would be emulated. */
  static final int WIDER_THAN_MACHINE = 3;

  private static final InterleavedRounds PACE = new InterleavedRounds(150_000_000, 10, 40_000_000);
  private static final long PROGRESS_NANOS = 5_000_000_000L;

  private SweepProcess() {}

  /** A layer, and what it is called. */
  private record Task(ResNet50Layer layer, int bits, String products, LayerWorkload workload) {}

  /**
   * Writes JSON on standard output and progress on standard error.
   *
   * @param arguments as of {@code sweep}, with the width that the kernels' property says
   */
  public static void main(String[] arguments) {
    SweepOptions options = SweepOptions.parse(List.of(arguments));
    if (VectorWidth.bits() > VectorWidth.machineBits()) {
      System.err.printf(
          "ptilmpq-bench: left out vectors of %d bits: this machine has %d%n",
          VectorWidth.bits(), VectorWidth.machineBits());
      System.exit(WIDER_THAN_MACHINE);
    }
    System.out.print(SweepJson.of(measure(options, PACE, progress())));
  }

  /** A line now and then, which is readable in a file too. */
  private static Consumer<String> progress() {
    long[] last = {System.nanoTime() - PROGRESS_NANOS};
    return step -> {
      if (System.nanoTime() - last[0] >= PROGRESS_NANOS) {
        last[0] = System.nanoTime();
        System.err.println("ptilmpq-bench: vectors of " + VectorWidth.bits() + " bits: " + step);
      }
    };
  }

  /** Limits and all rows of this virtual machine's width. */
  static SweepResult measure(SweepOptions options, InterleavedRounds pace, Consumer<String> progress) {
    List<Runnable> runs = new ArrayList<>(limits());
    int limits = runs.size();
    List<Task> tasks = new ArrayList<>();
    for (ResNet50Layer layer : options.layers()) {
      progress.accept("weights of " + layer);
      for (int bits : options.bits()) {
        for (String products : options.products()) {
          LayerWorkload workload = new LayerWorkload(layer, bits, options.codes(), ChosenKernels.of("vector", products));
          tasks.add(new Task(layer, bits, products, workload));
          runs.add(workload::run);
        }
      }
    }
    double[][] milliseconds = pace.run(runs, options.rounds(), progress);
    MachineLimits measured =
        new MachineLimits(
            VectorWidth.bits(),
            PeakFmaBenchmark.macs() / Latency.of(milliseconds[0]).min() * 1e-6,
            PeakPermuteBenchmark.macs(1) / Latency.of(milliseconds[1]).min() * 1e-6);
    List<SweepRow> rows = new ArrayList<>();
    for (int t = 0; t < tasks.size(); t++) {
      rows.add(row(tasks.get(t), Latency.median(milliseconds[limits + t])));
      tasks.get(t).workload.close();
    }
    String java = System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version");
    String codes = options.codes().name().toLowerCase(Locale.ROOT);
    return new SweepResult(java, codes, 1, options.rounds(), List.of(measured), rows);
  }

  /** Runs of fp32 lanes and of look-ups, in this order. */
  private static List<Runnable> limits() {
    PeakFmaBenchmark fp32 = new PeakFmaBenchmark();
    PeakPermuteBenchmark permutes = new PeakPermuteBenchmark();
    GigaMacs macs = new GigaMacs();
    LookUpCounter lookUps = new LookUpCounter();
    return List.of(() -> fp32.run(macs), () -> permutes.run(lookUps));
  }

  private static SweepRow row(Task task, double milliseconds) {
    return new SweepRow(
        VectorWidth.bits(),
        task.layer.name(),
        task.bits,
        task.products,
        task.workload.method(),
        milliseconds,
        0,
        task.layer.macs(),
        task.workload.weightBytes(),
        task.workload.activationBytes());
  }
}
