package org.ptilmpq.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.TileSizes;
import org.ptilmpq.kernels.WeightGroup;

/** Which layers can be looked up, and how they are cut; ConvolutionTest checks their results. */
class LookupShapeTest {

  private static KernelSpec.Convolution layer(int side, int inputs, int outputs, int kernel, WeightGroup group) {
    TensorView input = new TensorView(0, side, side, inputs, 1, 0);
    TensorView output = new TensorView(input.elements(), side, side, outputs, 1, 0);
    Window window = new Window(kernel, kernel, 1, 1, 1, 1, kernel / 2, kernel / 2);
    PackedWeights weights = PackedWeights.outline(kernel * kernel * inputs, List.of(group), new int[0]);
    return new KernelSpec.Convolution(
        input, null, output, false, window, 1, weights, new float[outputs], new float[outputs], -128, 127);
  }

  @Test
  void onlyLevelsThatAreNoSumsOfPlanesMustBeMultiplied() {
    TileSizes tiles = TileSizes.STANDARD;
    assertThat(LookupShape.fits(layer(14, 64, 64, 3, WeightGroup.uniform(64, 3)), tiles)).isTrue();
    assertThat(LookupShape.fits(layer(14, 64, 64, 3, WeightGroup.halfStep(64, 3)), tiles)).isTrue();
    assertThat(LookupShape.fits(layer(14, 64, 64, 3, WeightGroup.twoRegion(64, 3, 1, 4)), tiles)).isFalse();
  }

  /** 16-bit sums, tables in the cache, and every output pixel in one block. */
  @Test
  void blocksCoverTheOutput() {
    for (int side : new int[] {1, 2, 7, 13, 28, 56}) {
      for (int inputs : new int[] {1, 3, 64, 255, 256, 257, 512, 1000, 2048}) {
        for (int kernel : new int[] {1, 3}) {
          KernelSpec.Convolution layer = layer(side, inputs, 96, kernel, WeightGroup.uniform(96, 3));
          LookupShape shape = LookupShape.of(layer, TileSizes.STANDARD);
          assertThat(shape.tapsPerRun() * shape.partChannels()).isLessThanOrEqualTo(LookupShape.RUN);
          assertThat(shape.parts() * shape.partChannels()).isGreaterThanOrEqualTo(inputs);
          assertThat((shape.parts() - 1) * shape.partChannels()).isLessThan(inputs);
          assertThat(shape.groups() * SubsetTables.INPUTS).isGreaterThanOrEqualTo(shape.partChannels());
          int blocks = shape.pixelBlocks(layer.output());
          assertThat(blocks * shape.pixels()).isGreaterThanOrEqualTo(side * side);
          assertThat((blocks - 1) * shape.pixels()).isLessThan(side * side);
        }
      }
    }
  }
}
