package org.ptilmpq.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.ptilmpq.bench.InterleavedRounds.Latency;
import org.ptilmpq.kernels.KernelSet;

/**
 * One fork of one kernel set of a sweep, a virtual machine of its own started by {@link Sweep}. Limits and layers take
 * turns in it, and the time of either is the median of its turns, since the clock that a layer runs at is also the
 * limit's. All layers share one virtual machine, and with machine code one kernel set, as they do in a network.
 */
final class SweepProcess {

  /** Exit code: vectors of this width would be emulated. */
  static final int WIDER_THAN_MACHINE = 3;

  private static final InterleavedRounds PACE = new InterleavedRounds(150_000_000, 10, 40_000_000);
  private static final long PROGRESS_NANOS = 5_000_000_000L;

  private final SweepOptions options;
  private final List<LimitTask> limits = new ArrayList<>();
  private final List<LayerTask> layers = new ArrayList<>();

  /** Frees all that is native, the last one first. */
  private final Deque<Runnable> closing = new ArrayDeque<>();

  private SweepProcess(SweepOptions options) {
    this.options = options;
  }

  /** A product whose limit is measured; a run does {@code macs} multiply-accumulates. */
  private record LimitTask(String kernels, String method, double macs, Runnable run) {}

  /** A layer, and the names that it is reported under. */
  private record LayerTask(String kernels, ResNet50Layer layer, int bits, LayerWorkload workload) {}

  /**
   * Writes JSON on standard output and progress on standard error.
   *
   * @param arguments as of {@code sweep}, with one kernel set; a width is the one that the kernels' property says
   */
  public static void main(String[] arguments) {
    SweepOptions options = SweepOptions.parse(List.of(arguments));
    if (!options.isMachine() && VectorWidth.bits() > VectorWidth.machineBits()) {
      System.err.printf(
          "ptilmpq-bench: left out vectors of %d bits: this machine has %d%n",
          VectorWidth.bits(), VectorWidth.machineBits());
      System.exit(WIDER_THAN_MACHINE);
    }
    System.out.print(SweepJson.of(measure(options, PACE, progress())));
  }

  /** Prints a line now and then, which is also readable in a file. */
  private static Consumer<String> progress() {
    long[] last = {System.nanoTime() - PROGRESS_NANOS};
    return step -> {
      if (System.nanoTime() - last[0] >= PROGRESS_NANOS) {
        last[0] = System.nanoTime();
        System.err.println("ptilmpq-bench: " + step);
      }
    };
  }

  /**
   * Measures limits and all rows of one kernel set.
   *
   * @param options whose first kernel set is measured; of vectors, this virtual machine's width
   */
  static SweepResult measure(SweepOptions options, InterleavedRounds pace, Consumer<String> progress) {
    SweepProcess process = new SweepProcess(options);
    try {
      process.prepare(progress);
      return process.measure(pace, progress);
    } finally {
      process.closing.forEach(Runnable::run);
    }
  }

  private void prepare(Consumer<String> progress) {
    List<KernelSet> kernels = kernels();
    kernels.forEach(set -> closing.push(set::close));
    if (options.isMachine()) {
      addMachineLimit();
    } else {
      addVectorLimits(kernels.getFirst().name());
    }
    for (ResNet50Layer layer : options.layers()) {
      progress.accept("weights of " + layer);
      for (int bits : options.bits()) {
        for (KernelSet set : kernels) {
          LayerWorkload workload = new LayerWorkload(layer, bits, options.codes(), set);
          closing.push(workload::close);
          layers.add(new LayerTask(set.name(), layer, bits, workload));
        }
      }
    }
  }

  /** The kernel sets; of vectors one per product. */
  private List<KernelSet> kernels() {
    return options.isMachine()
        ? List.of(ChosenKernels.machine(options.sets().getFirst()))
        : options.products().stream().map(ChosenKernels::vector).toList();
  }

  private void addMachineLimit() {
    PeakProductsBenchmark products = new PeakProductsBenchmark();
    products.machine = options.sets().getFirst();
    products.prepare();
    closing.push(products::free);
    GigaMacs macs = new GigaMacs();
    limits.add(new LimitTask(products.kernels(), products.method(), products.macs(), () -> products.run(macs)));
  }

  private void addVectorLimits(String kernels) {
    PeakFmaBenchmark fp32 = new PeakFmaBenchmark();
    GigaMacs macs = new GigaMacs();
    limits.add(
        new LimitTask(kernels, SweepResult.Limit.FP32_LANES, PeakFmaBenchmark.macs(), () -> fp32.run(macs)));
    PeakPermuteBenchmark permutes = new PeakPermuteBenchmark();
    PeakPermuteBenchmark.LookUpCounter lookUps = new PeakPermuteBenchmark.LookUpCounter();
    limits.add(
        new LimitTask(kernels, SweepResult.Limit.LOOK_UP, PeakPermuteBenchmark.macs(1), () -> permutes.run(lookUps)));
  }

  private SweepResult measure(InterleavedRounds pace, Consumer<String> progress) {
    List<Runnable> runs = new ArrayList<>();
    limits.forEach(limit -> runs.add(limit.run));
    layers.forEach(layer -> runs.add(layer.workload::run));
    double[][] milliseconds = pace.run(runs, options.rounds(), progress);
    List<SweepResult.Limit> measured = new ArrayList<>();
    for (int l = 0; l < limits.size(); l++) {
      LimitTask task = limits.get(l);
      double median = Latency.median(milliseconds[l]);
      measured.add(new SweepResult.Limit(task.kernels, task.method, task.macs / median * 1e-6));
    }
    List<SweepResult.Row> rows = new ArrayList<>();
    for (int t = 0; t < layers.size(); t++) {
      rows.add(row(layers.get(t), Latency.median(milliseconds[limits.size() + t])));
    }
    String java = System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version");
    String codes = options.codes().name().toLowerCase(Locale.ROOT);
    return new SweepResult(java, codes, 1, options.rounds(), measured, rows);
  }

  private static SweepResult.Row row(LayerTask task, double milliseconds) {
    return new SweepResult.Row(
        task.kernels,
        task.layer.name(),
        task.bits,
        task.workload.method(),
        milliseconds,
        0,
        task.layer.macs(),
        task.workload.weightBytes(),
        task.workload.activationBytes());
  }
}
