package org.ptilmpq.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;

/**
 * The limit of machine code: the products of its instruction set, in registers, over and over. No convolution in that
 * instruction set can have more GMAC/s.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class PeakProductsBenchmark {

  /** The instruction set, as {@link org.ptilmpq.kernels.KernelProvider#MACHINE_PROPERTY} calls it. */
  @Param(ChosenKernels.BEST)
  public String machine;

  private KernelSet kernels;
  private KernelSet.Limit limit;
  private TensorMemory tensors;
  private Scratch scratch;

  /** Makes the products' code. */
  @Setup
  public void prepare() {
    kernels = ChosenKernels.machine(machine);
    limit = kernels.limit().orElseThrow();
    tensors = TensorMemory.offHeap(0, 0);
    scratch = new Scratch(limit.scratch());
  }

  /** Some hundred microseconds of products. */
  @Benchmark
  public void run(GigaMacs counter) {
    limit.kernel().run(tensors, 0, 1, scratch);
    counter.add(limit.macs());
  }

  /** Frees the code. */
  @TearDown
  public void free() {
    limit.kernel().close();
    kernels.close();
    tensors.close();
    scratch.close();
  }

  /** The kernel set, human-readable. */
  String kernels() {
    return kernels.name();
  }

  /** The name of these products in convolutions. */
  String method() {
    return limit.kernel().method();
  }

  /** Multiply-accumulates of one run. */
  long macs() {
    return limit.macs();
  }
}
