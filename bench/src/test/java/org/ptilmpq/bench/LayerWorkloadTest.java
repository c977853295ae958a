package org.ptilmpq.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.testkit.Seeds;

/** Workloads have the codes that they promise, and every product computes the same from them. */
class LayerWorkloadTest {

  private static final ResNet50Layer LAYER = ResNet50Layer.STAGE4_3X3;

  @ParameterizedTest
  @CsvSource({"NORMAL, 8, 25.3", "NORMAL, 5, 3.9", "NORMAL, 3, 1.12", "NORMAL, 1, 0.13", "UNIFORM, 8, 64", "UNIFORM, 3, 2"})
  void codesHaveThePromisedMeanLevel(CodeDistribution codes, int bits, double mean) {
    RandomGenerator random = Seeds.random("codesHaveThePromisedMeanLevel", 33);
    RandomWeights weights = RandomWeights.of(random, 900, 192, bits, codes);
    assertThat(weights.meanLevel()).isCloseTo(mean, withPercentage(2));
  }

  /** What is said of the levels is counted again in the planes, as kernels read them: also with a block of 40 channels. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void planesHoldTheCodes(int bits) {
    RandomGenerator random = Seeds.random("planesHoldTheCodes", 34);
    RandomWeights weights = RandomWeights.of(random, 333, 64 + 40, bits, CodeDistribution.NORMAL);
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
    assertThat(magnitudes / (333 * 104)).isEqualTo(weights.meanLevel());
    assertThat(Math.sqrt(squares / (333 * 104))).isEqualTo(weights.rootMeanSquare());
  }

  @ParameterizedTest
  @EnumSource
  void everyChoiceOfKernelsComputesTheSame(CodeDistribution codes) {
    byte[] truth = output(codes, "scalar", "fp32");
    assertThat(output(codes, "vector", "fp32")).isEqualTo(truth);
    assertThat(output(codes, "vector", "look-up")).isEqualTo(truth);
  }

  private static byte[] output(CodeDistribution codes, String kind, String products) {
    try (LayerWorkload workload = new LayerWorkload(LAYER, 3, codes, ChosenKernels.of(kind, products))) {
      workload.run();
      return workload.output();
    }
  }

  @Test
  void countsBytes() {
    LayerWorkload workload = new LayerWorkload(LAYER, 3, CodeDistribution.NORMAL, ChosenKernels.of("vector", "fp32"));
    assertThat(workload.weightBytes()).isEqualTo(512 * 512 * 9 * 3 / 8 + 8);
    assertThat(workload.activationBytes()).isEqualTo(2 * 512 * 49);
    assertThat(workload.method()).isEqualTo(MachineLimits.FP32_LANES);
  }
}
