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
import org.ptilmpq.kernels.TensorMemory;

/**
 * Convolution kernels over bit widths and the layer shapes of ResNet-50, on one thread. Narrower vectors: {@code -p
 * kernels=vector -jvmArgsPrepend -Dptilmpq.vector.bits=256} (appended, it would replace what kernels need).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class ConvolutionBenchmark {

  /** Bits of every weight. */
  @Param({"1", "2", "3", "4", "5", "6", "7", "8"})
  public int bits;

  /** All layers, unless {@code -p layer=…} names some. */
  @Param public ResNet50Layer layer;

  /** {@code machine}, {@code vector} or {@code scalar}. */
  @Param("machine")
  public String kernels;

  /** Machine code's instruction set, as {@link org.ptilmpq.kernels.KernelProvider#MACHINE_PROPERTY} calls it. */
  @Param(ChosenKernels.BEST)
  public String machine;

  /** The vectors' product, as {@link org.ptilmpq.kernels.KernelProvider#PRODUCTS_PROPERTY} calls it. */
  @Param("fp32")
  public String products;

  /** How the codes are spread; {@code UNIFORM} has larger levels than a quantizer leaves. */
  @Param("NORMAL")
  public RandomWeights.Codes codes;

  private KernelSet set;
  private LayerWorkload workload;

  /** Makes weights and inputs, and prepares the kernel. */
  @Setup
  public void prepare() {
    set = ChosenKernels.of(kernels, machine, products);
    workload = new LayerWorkload(layer, bits, codes, set);
  }

  /** One run of the layer. */
  @Benchmark
  public TensorMemory run(GigaMacs counter) {
    counter.add(layer.macs());
    return workload.run();
  }

  /** Frees what is native. */
  @TearDown
  public void free() {
    workload.close();
    set.close();
  }

  /** The result of the last run. */
  byte[] output() {
    return workload.output();
  }
}
