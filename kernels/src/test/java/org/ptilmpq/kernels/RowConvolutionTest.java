package org.ptilmpq.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.kernels.ConvolutionCase.Residual;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.scalar.ScalarKernels;
import org.ptilmpq.kernels.vector.Lanes;
import org.ptilmpq.kernels.vector.Products;
import org.ptilmpq.kernels.vector.VectorKernels;
import org.ptilmpq.testkit.Seeds;

/** Convolutions of few input channels, which take whole rows of inputs: first layers and narrow ones. */
class RowConvolutionTest {

  private static void check(ConvolutionCase convolution, RandomGenerator random, boolean rows) {
    KernelCase test = convolution.build();
    if (!(KernelProvider.choose().kernels() instanceof ScalarKernels)) {
      VectorKernels kernels = new VectorKernels(Products.FLOAT_LANES, KernelCosts.standard(Lanes.bits()));
      assertThat(kernels.prepare(test.spec()).method().equals("fp32 rows")).as("%s", test.description()).isEqualTo(rows);
    }
    KernelTester.check(test, random);
  }

  private static ConvolutionCase layer(RandomGenerator random, int height, int width, int inputs, int outputs) {
    int some = random.nextInt(outputs);
    WeightGroup last = WeightGroup.uniform(outputs - some, random.nextInt(1, 9));
    ConvolutionCase layer = ConvolutionCase.seeded(random.nextLong()).input(height, width, inputs).outputChannels(outputs);
    return some == 0 ? layer.weights(last) : layer.weights(WeightGroup.uniform(some, random.nextInt(0, 9)), last);
  }

  @Test
  void firstLayers() {
    RandomGenerator random = Seeds.random("firstLayers", 90);
    for (int inputs : new int[] {1, 3, 4}) {
      for (int outputs : new int[] {1, 16, 17, 64, 100}) {
        check(layer(random, 9, 28, inputs, outputs).window(7, 2, 1, 3), random, true);
        check(layer(random, 5, 14, inputs, outputs).window(3, 1, 1, 1).shuffled(), random, true);
        check(layer(random, 8, 26, inputs, outputs).window(3, 2, 1, 1), random, true);
      }
    }
  }

  @Test
  void narrowLayers() {
    RandomGenerator random = Seeds.random("narrowLayers", 91);
    for (int channels : new int[] {8, 16, 31, 32}) {
      for (Residual residual : Residual.values()) {
        check(layer(random, 4, 32, channels, channels).window(3, 1, 1, 1).residual(residual), random, true);
        check(layer(random, 3, 13, channels, 65).window(3, 1, 1, 1).residual(residual).shuffled(), random, true);
      }
    }
    check(layer(random, 3, 14, 16, 70).window(3, 1, 1, 1).weights(WeightGroup.uniform(6, 0), WeightGroup.uniform(64, 8)), random, true);
    check(layer(random, 3, 14, 16, 70).window(3, 1, 1, 1).weights(WeightGroup.halfStep(70, 8)), random, true);
    check(
        layer(random, 3, 14, 16, 70).window(3, 1, 1, 1).weights(WeightGroup.sparseTails(70, 2)).tails(TailPlaces.FEW, 9),
        random,
        true);
  }

  @Test
  void windowsThatReachFarOut() {
    RandomGenerator random = Seeds.random("windowsThatReachFarOut", 92);
    check(layer(random, 1, 3, 3, 20).window(new Window(5, 5, 1, 1, 1, 1, 4, 4), 4, 11), random, true);
    check(layer(random, 2, 1, 3, 20).window(new Window(2, 3, 3, 3, 1, 1, 1, 9), 1, 11), random, true);
    check(layer(random, 1, 7, 3, 20).window(new Window(1, 2, 1, 1, 1, 1, 0, 0), 0, 1), random, true);
  }

  /** Levels reach 1,152: 108 inputs add up to 124,416, which floats hold exactly, and 117 to more than 2¹⁷. */
  @Test
  void sumsThatMayNotBeExactGoElsewhere() {
    RandomGenerator random = Seeds.random("sumsThatMayNotBeExactGoElsewhere", 93);
    WeightGroup large = WeightGroup.twoRegion(5, 8, 0, 9);
    check(
        layer(random, 3, 14, 12, 5)
            .window(3, 1, 1, 1)
            .contents(Content.ALIGNED, Content.ALIGNED)
            .inputZero(0)
            .weights(large),
        random,
        true);
    check(
        layer(random, 3, 14, 13, 5)
            .window(3, 1, 1, 1)
            .contents(Content.ALIGNED, Content.ALIGNED)
            .inputZero(0)
            .weights(large),
        random,
        false);
  }

  @Test
  void otherLayersAreGathered() {
    RandomGenerator random = Seeds.random("otherLayersAreGathered", 94);
    check(layer(random, 3, 14, 33, 5).window(3, 1, 1, 1), random, false);
    check(layer(random, 3, 12, 16, 5).window(3, 1, 1, 1), random, false);
    check(layer(random, 3, 14, 16, 5), random, false);
    check(layer(random, 5, 16, 16, 5).window(3, 1, 2, 1), random, false);
  }
}
