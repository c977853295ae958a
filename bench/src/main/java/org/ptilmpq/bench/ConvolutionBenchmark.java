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
import org.openjdk.jmh.annotations.Warmup;
import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.KernelSet;

/**
 * Convolution kernels over bit widths and the layer shapes of ResNet-50, on one thread. Narrower vectors:
 * {@code -jvmArgsAppend -Dptilmpq.vector.bits=256}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ConvolutionBenchmark {

  /** Of every weight. */
  @Param({"1", "2", "3", "4", "5", "6", "7", "8"})
  public int bits;

  /** All layers, unless {@code -p layer=…} names some. */
  @Param public ResNet50Layer layer;

  /** {@code vector} or {@code scalar}. */
  @Param("vector")
  public String kernels;

  private LayerWorkload workload;

  /** Makes weights and inputs, and prepares the kernel. */
  @Setup
  public void prepare() {
    workload = new LayerWorkload(layer, bits, kernelSet());
  }

  /** One run of the layer. */
  @Benchmark
  public byte[] run(GigaMacs counter) {
    counter.add(layer.macs());
    return workload.run();
  }

  /** What the last run computed. */
  byte[] output() {
    return workload.output();
  }

  /**
   * The set that {@link #kernels} names.
   *
   * @throws IllegalStateException when the provider chooses another: figures under a wrong name are worse than none
   */
  private KernelSet kernelSet() {
    String before = System.getProperty(KernelProvider.SIMD_PROPERTY);
    System.setProperty(KernelProvider.SIMD_PROPERTY, kernels.equals("scalar") ? "off" : "on");
    try {
      KernelProvider.Choice choice = KernelProvider.choose();
      if (!choice.kernels().name().startsWith(kernels)) {
        throw new IllegalStateException(
            "asked for " + kernels + " kernels, got " + choice.kernels().name() + ": " + choice.reason());
      }
      return choice.kernels();
    } finally {
      if (before == null) {
        System.clearProperty(KernelProvider.SIMD_PROPERTY);
      } else {
        System.setProperty(KernelProvider.SIMD_PROPERTY, before);
      }
    }
  }
}
