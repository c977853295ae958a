package org.ptilmpq.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The benchmarks compute what they say they time. */
class ConvolutionBenchmarkTest {

  @ParameterizedTest
  @EnumSource
  void allKernelsComputeWhatScalarOnesDo(ResNet50Layer layer) {
    int bits = 1 + layer.ordinal() % 8;
    byte[] truth = run(layer, bits, "scalar");
    assertThat(run(layer, bits, "machine")).isEqualTo(truth);
    assertThat(run(layer, bits, "vector")).isEqualTo(truth);
    // A layer whose bytes were all clamped, or all alike, would hide any error.
    assertThat(distinct(truth)).as("distinct bytes").isGreaterThan(100);
  }

  private static byte[] run(ResNet50Layer layer, int bits, String kernels) {
    ConvolutionBenchmark benchmark = new ConvolutionBenchmark();
    benchmark.layer = layer;
    benchmark.bits = bits;
    benchmark.kernels = kernels;
    benchmark.machine = ChosenKernels.BEST;
    benchmark.products = layer.ordinal() % 2 == 0 ? "fp32" : "look-up";
    benchmark.codes = RandomWeights.Codes.NORMAL;
    benchmark.prepare();
    GigaMacs counter = new GigaMacs();
    benchmark.run(counter);
    assertThat(counter.gmac).isEqualTo(layer.macs() * 1e-9);
    byte[] output = benchmark.output();
    benchmark.free();
    return output;
  }

  private static long distinct(byte[] bytes) {
    boolean[] seen = new boolean[256];
    int count = 0;
    for (byte value : bytes) {
      count += seen[value & 255] ? 0 : 1;
      seen[value & 255] = true;
    }
    return count;
  }

  /** 4.09 GMAC (peers count the same), each shape as often as the network has it. */
  @Test
  void layersAddUpToResNet50() {
    // Blocks of the stages: 3, 4, 6, 3. The first of each has a first layer, shortcut and, from stage 2, 3×3 of its
    // own.
    long macs = ResNet50Layer.STEM_7X7.macs() + ResNet50Layer.CLASSIFIER.macs();
    macs += ResNet50Layer.STAGE1_FIRST_1X1.macs();
    macs += 3 * ResNet50Layer.STAGE1_3X3.macs();
    macs += (3 + 1) * ResNet50Layer.STAGE1_EXPAND_1X1.macs(); // the shortcut has the same shape
    macs += 2 * ResNet50Layer.STAGE1_REDUCE_1X1.macs();
    macs += later(4, "STAGE2") + later(6, "STAGE3") + later(3, "STAGE4");
    assertThat(macs * 1e-9).isBetween(4.08, 4.10);
  }

  private static long later(int blocks, String stage) {
    return ResNet50Layer.valueOf(stage + "_FIRST_1X1").macs()
        + ResNet50Layer.valueOf(stage + "_STRIDED_3X3").macs()
        + ResNet50Layer.valueOf(stage + "_SHORTCUT_1X1").macs()
        + (blocks - 1) * ResNet50Layer.valueOf(stage + "_REDUCE_1X1").macs()
        + (blocks - 1) * ResNet50Layer.valueOf(stage + "_3X3").macs()
        + blocks * ResNet50Layer.valueOf(stage + "_EXPAND_1X1").macs();
  }
}
