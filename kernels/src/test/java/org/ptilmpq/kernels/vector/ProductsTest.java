package org.ptilmpq.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.ShortVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.kernels.KernelCosts;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.TileSizes;
import org.ptilmpq.kernels.WeightGroup;
import org.ptilmpq.kernels.WeightPacker;

/** Which layers may use which product; that their results are right is ConvolutionTest's to say. */
class ProductsTest {

  private static final KernelCosts COSTS = KernelCosts.standard(Lanes.bits());

  private static final boolean WIDE_PERMUTE =
      ShortVector.SPECIES_PREFERRED.vectorBitSize() == 512 && Lanes.bits() >= 256;

  private static KernelSpec.Convolution layer(int side, int inputs, int outputs, int kernel, WeightGroup group) {
    return layer(side, inputs, outputs, kernel, PackedWeights.outline(kernel * kernel * inputs, List.of(group), new int[0]));
  }

  private static KernelSpec.Convolution layer(int side, int inputs, int outputs, int kernel, PackedWeights weights) {
    TensorView input = new TensorView(0, side, side, inputs, 1, 0);
    TensorView output = new TensorView(input.elements(), side, side, outputs, 1, 0);
    Window window = new Window(kernel, kernel, 1, 1, 1, 1, kernel / 2, kernel / 2);
    return new KernelSpec.Convolution(
        input, null, output, false, window, 1, weights, new float[outputs], new float[outputs], -128, 127);
  }

  private static KernelSpec.Convolution layer(int side, int inputs, int outputs, int kernel, int width) {
    return layer(side, inputs, outputs, kernel, WeightGroup.uniform(outputs, width));
  }

  private static boolean lookedUp(Products products, KernelSpec.Convolution layer) {
    return products.lookUp(layer, TileSizes.STANDARD);
  }

  @ParameterizedTest
  @CsvSource({"14,256,256,3", "7,512,512,3", "28,128,128,3", "14,256,1024,1", "7,2048,512,1"})
  void layersMayBeLookedUpWhereVectorsPermute(int side, int inputs, int outputs, int kernel) {
    KernelSpec.Convolution layer = layer(side, inputs, outputs, kernel, 3);
    assertThat(lookedUp(Products.FASTEST, layer)).isEqualTo(WIDE_PERMUTE);
    assertThat(lookedUp(Products.LOOK_UPS, layer)).isTrue();
    assertThat(lookedUp(Products.LANES, layer)).isFalse();
    assertThat(Products.FLOAT_LANES.multiplyShorts(layer)).isFalse();
    assertThat(Products.LANES.multiplyShorts(layer)).isTrue();
  }

  @Test
  void fewOutputsPixelsOrInputsAreMultiplied() {
    assertThat(lookedUp(Products.FASTEST, layer(14, 256, 31, 3, 2))).isFalse();
    assertThat(lookedUp(Products.FASTEST, layer(2, 256, 256, 3, 2))).isFalse();
    assertThat(lookedUp(Products.FASTEST, layer(112, 3, 64, 7, 2))).isFalse();
  }

  @Test
  void onlyLevelsThatAreNoSumsOfPlanesMustBeMultiplied() {
    assertThat(lookedUp(Products.LOOK_UPS, layer(14, 64, 64, 3, WeightGroup.halfStep(64, 3)))).isTrue();
    assertThat(lookedUp(Products.LOOK_UPS, layer(14, 64, 64, 3, WeightGroup.twoRegion(64, 3, 1, 4)))).isFalse();
  }

  @Test
  void eachPlaneCosts() {
    for (int[] shape : new int[][] {{56, 64, 256, 1}, {56, 256, 64, 1}, {56, 64, 64, 3}, {14, 256, 256, 3}}) {
      double before = 0;
      for (int width = 1; width <= 8; width++) {
        double cost = new ProductCosts(COSTS, TileSizes.STANDARD).lookUps(layer(shape[0], shape[1], shape[2], shape[3], width));
        assertThat(cost).as("%d planes of %s → %s", width, shape[1], shape[2]).isGreaterThan(before);
        before = cost;
      }
    }
  }

  /** A layer of real weights: 64 channels of 576 inputs, all of one level. */
  private static KernelSpec.Convolution constant(int level) {
    byte[][] codes = new byte[64][576];
    int[][] tails = new int[64][576];
    for (int c = 0; c < 64; c++) {
      Arrays.fill(codes[c], (byte) (level << 29 >> 29));
      Arrays.fill(tails[c], level - codes[c][0] >> 3);
    }
    List<WeightGroup> groups = List.of(WeightGroup.sparseTails(64, 3));
    PackedWeights weights =
        new PackedWeights(
            576, groups, new int[0], WeightPacker.pack(groups, 576, codes), WeightPacker.packTails(groups, 576, tails));
    return layer(14, 64, 64, 3, weights);
  }

  /** Small levels are multiplied in 16-bit lanes; one that doesn't fit sends the layer to floats, and short runs do. */
  @Test
  void theCheapestProductThatIsExactIsTaken() {
    ProductChoice lanes = new ProductChoice(Products.LANES, COSTS, TileSizes.STANDARD);
    assertThat(lanes.prepare(constant(1)).method()).isEqualTo(ShortProduct.METHOD);
    assertThat(lanes.prepare(constant(-254)).method()).isEqualTo(FloatProduct.METHOD);
    ProductChoice shorts = new ProductChoice(Products.SHORT_LANES, COSTS, TileSizes.STANDARD);
    assertThat(shorts.prepare(constant(-254)).method()).isEqualTo(ShortProduct.METHOD);
    assertThat(shorts.prepare(constant(255)).method()).isEqualTo(FloatProduct.METHOD);
    ProductChoice floats = new ProductChoice(Products.FLOAT_LANES, COSTS, TileSizes.STANDARD);
    assertThat(floats.prepare(constant(1)).method()).isEqualTo(FloatProduct.METHOD);
  }

  /** 16-bit sums, tables in the cache, and every output pixel in one block. */
  @Test
  void blocksCoverTheOutput() {
    for (int side : new int[] {1, 2, 7, 13, 28, 56}) {
      for (int inputs : new int[] {1, 3, 64, 255, 256, 257, 512, 1000, 2048}) {
        for (int kernel : new int[] {1, 3}) {
          KernelSpec.Convolution layer = layer(side, inputs, 96, kernel, 3);
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
