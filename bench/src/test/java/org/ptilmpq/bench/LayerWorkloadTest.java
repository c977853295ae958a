package org.ptilmpq.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import java.lang.foreign.Arena;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.testkit.Seeds;

/** Workloads have the codes that they promise, and every product computes the same from them. */
class LayerWorkloadTest {

  private static final ResNet50Layer LAYER = ResNet50Layer.STAGE4_3X3;

  @ParameterizedTest
  @CsvSource({
    "NORMAL, 8, 25.3", "NORMAL, 5, 3.9", "NORMAL, 3, 1.12", "NORMAL, 1, 0.13", "UNIFORM, 8, 64", "UNIFORM, 3, 2"
  })
  void codesHaveThePromisedMeanLevel(RandomWeights.Codes codes, int bits, double mean) {
    RandomGenerator random = Seeds.random("codesHaveThePromisedMeanLevel", 33);
    try (Arena arena = Arena.ofConfined()) {
      RandomWeights weights = RandomWeights.of(arena, random, 900, 192, bits, codes);
      assertThat(weights.meanLevel()).isCloseTo(mean, withPercentage(2));
    }
  }

  /**
   * The figures of the levels are counted again in the planes, as kernels read them, also with a block of 40 channels.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void planesHoldTheCodes(int bits) {
    RandomGenerator random = Seeds.random("planesHoldTheCodes", 34);
    RandomWeights weights = RandomWeights.of(Arena.ofAuto(), random, 333, 64 + 40, bits, RandomWeights.Codes.NORMAL);
    double magnitudes = 0;
    double squares = 0;
    for (PackedWeights.Block block : weights.packed().blocks()) {
      for (int k = 0; k < 333; k++) {
        for (int j = 0; j < block.channels(); j++) {
          int code = weights.packed().code(block, k, j);
          magnitudes += Math.abs(code);
          squares += code * code;
        }
      }
    }
    assertThat(weights.packed().channels()).isEqualTo(104);
    assertThat(weights.packed().codes().isNative()).isTrue();
    assertThat(magnitudes / (333 * 104)).isEqualTo(weights.meanLevel());
    assertThat(Math.sqrt(squares / (333 * 104))).isEqualTo(weights.rootMeanSquare());
  }

  @ParameterizedTest
  @EnumSource
  void everyChoiceOfKernelsComputesTheSame(RandomWeights.Codes codes) {
    byte[] truth = output(codes, "scalar", "fp32");
    assertThat(output(codes, "machine", "fp32")).isEqualTo(truth);
    assertThat(output(codes, "vector", "fp32")).isEqualTo(truth);
    assertThat(output(codes, "vector", "look-up")).isEqualTo(truth);
  }

  private static byte[] output(RandomWeights.Codes codes, String kind, String products) {
    try (KernelSet set = ChosenKernels.of(kind, ChosenKernels.BEST, products);
        LayerWorkload workload = new LayerWorkload(LAYER, 3, codes, set)) {
      workload.run();
      return workload.output();
    }
  }

  @Test
  void countsBytes() {
    try (KernelSet set = ChosenKernels.vector("fp32");
        LayerWorkload workload = new LayerWorkload(LAYER, 3, RandomWeights.Codes.NORMAL, set)) {
      assertThat(workload.weightBytes()).isEqualTo(512 * 512 * 9 * 3 / 8 + 8);
      assertThat(workload.activationBytes()).isEqualTo(2 * 512 * 49);
      assertThat(workload.method()).isEqualTo(SweepResult.Limit.FP32_LANES);
    }
  }

  @Test
  void propertiesArePutBack() {
    Map<Object, Object> before = Map.copyOf(System.getProperties());
    ChosenKernels.machine(ChosenKernels.BEST).close();
    ChosenKernels.vector("look-up").close();
    assertThatThrownBy(() -> ChosenKernels.machine("mmx"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("-Dptilmpq.machine is 'mmx'; this machine has ");
    assertThat(System.getProperties()).isEqualTo(before);
  }
}
