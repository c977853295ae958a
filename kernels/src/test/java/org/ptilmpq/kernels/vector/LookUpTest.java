package org.ptilmpq.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jdk.incubator.vector.ShortVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.WeightGroup;

/** Which layers look up; that their results are right is ConvolutionTest's to say. */
class LookUpTest {

  private static final boolean WIDE_PERMUTE =
      ShortVector.SPECIES_PREFERRED.vectorBitSize() == 512 && Lanes.bits() >= 256;

  private static KernelSpec.Convolution layer(int side, int inputs, int outputs, int kernel, WeightGroup group) {
    TensorView input = new TensorView(0, side, side, inputs, 1, 0);
    TensorView output = new TensorView(input.elements(), side, side, outputs, 1, 0);
    Window window = new Window(kernel, kernel, 1, 1, 1, 1, kernel / 2, kernel / 2);
    PackedWeights weights = PackedWeights.outline(kernel * kernel * inputs, List.of(group), new int[0]);
    return new KernelSpec.Convolution(
        input, null, output, false, window, 1, weights, new float[outputs], new float[outputs], -128, 127);
  }

  private static KernelSpec.Convolution layer(int side, int inputs, int outputs, int kernel, int width) {
    return layer(side, inputs, outputs, kernel, WeightGroup.uniform(outputs, width));
  }

  @ParameterizedTest
  @CsvSource({"14,256,256,3", "7,512,512,3", "28,128,128,3", "14,256,1024,1", "7,2048,512,1"})
  void layersOfFewPlanesAreLookedUpWhereVectorsPermute(int side, int inputs, int outputs, int kernel) {
    assertThat(LookUp.WHERE_FASTER.serves(layer(side, inputs, outputs, kernel, 3))).isEqualTo(WIDE_PERMUTE);
    assertThat(LookUp.WHEREVER_POSSIBLE.serves(layer(side, inputs, outputs, kernel, 3))).isTrue();
    assertThat(LookUp.NOWHERE.serves(layer(side, inputs, outputs, kernel, 3))).isFalse();
  }

  @Test
  void fewOutputsPixelsOrInputsAreMultiplied() {
    assertThat(LookUp.WHERE_FASTER.serves(layer(14, 256, 31, 3, 2))).isFalse();
    assertThat(LookUp.WHERE_FASTER.serves(layer(2, 256, 256, 3, 2))).isFalse();
    assertThat(LookUp.WHERE_FASTER.serves(layer(112, 3, 64, 7, 2))).isFalse();
  }

  @Test
  void levelsThatAreNoSumsOfPlanesAreMultiplied() {
    assertThat(LookUp.WHEREVER_POSSIBLE.serves(layer(14, 64, 64, 3, WeightGroup.halfStep(64, 3)))).isFalse();
    assertThat(LookUp.WHEREVER_POSSIBLE.serves(layer(14, 64, 64, 3, WeightGroup.twoRegion(64, 3, 1, 4)))).isFalse();
  }

  @Test
  void eachPlaneCosts() {
    for (int[] shape : new int[][] {{56, 64, 256, 1}, {56, 256, 64, 1}, {56, 64, 64, 3}, {14, 256, 256, 3}}) {
      boolean before = true;
      for (int width = 1; width <= 8; width++) {
        KernelSpec.Convolution layer = layer(shape[0], shape[1], shape[2], shape[3], width);
        boolean lower = LookupCost.isLower(layer, LookupShape.of(layer));
        assertThat(lower && !before).as("%d planes are looked up, one less isn't", width).isFalse();
        before = lower;
      }
      assertThat(before).as("8 planes of %s → %s", shape[1], shape[2]).isFalse();
    }
  }

  /** 16-bit sums, tables in the cache, and every output pixel in one block. */
  @Test
  void blocksCoverTheOutput() {
    for (int side : new int[] {1, 2, 7, 13, 28, 56}) {
      for (int inputs : new int[] {1, 3, 64, 255, 256, 257, 512, 1000, 2048}) {
        for (int kernel : new int[] {1, 3}) {
          KernelSpec.Convolution layer = layer(side, inputs, 96, kernel, 3);
          LookupShape shape = LookupShape.of(layer);
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
