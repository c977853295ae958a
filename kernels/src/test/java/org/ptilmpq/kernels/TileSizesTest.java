package org.ptilmpq.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.kernels.ConvolutionCase.Residual;
import org.ptilmpq.kernels.scalar.ScalarKernels;
import org.ptilmpq.kernels.vector.VectorKernels;
import org.ptilmpq.kernels.vector.VectorKernels.Products;
import org.ptilmpq.testkit.Seeds;

/** Which tiles suit which caches, and that results are the same to the bit with any. */
class TileSizesTest {

  /** Sizes with the smallest, odd, and larger than usual numbers of pixels. */
  private static final List<TileSizes> SIZES =
      List.of(
          new TileSizes(14, 14, 1),
          new TileSizes(21, 35, 40_000),
          new TileSizes(49, 28, 78_643),
          new TileSizes(91, 49, 157_286),
          new TileSizes(TileSizes.MOST, TileSizes.MOST, 20_000_000));

  @ParameterizedTest
  @CsvSource({
    // Caches of one core: Raspberry Pi 3 and Zero 2 (512 KiB for four), 4 (1 MiB for four), 5; Jetson Nano, Orin Nano.
    "32768, 131072, 49, 28, 78642",
    "32768, 262144, 91, 28, 157284",
    "65536, 524288, 210, 28, 314571",
    "32768, 524288, 210, 28, 314571",
    "65536, 262144, 91, 28, 157284",
    "16384, 1024, 49, 14, 612",
    "1024, 1, 49, 14, 1"
  })
  void sizesFollowTheCaches(long l1, long l2, int pixels, int keptPixels, int tableBytes) {
    assertThat(TileSizes.of(l1, l2)).isEqualTo(new TileSizes(pixels, keptPixels, tableBytes));
  }

  /** Sizes that were measured to be fast stay as they are, and unknown or impossible caches don't change them. */
  @ParameterizedTest
  @CsvSource({"32768, 1000000", "32768, 1048576", "49152, 2097152", "0, 0", "9223372036854775807, 9223372036854775807"})
  void aMegabyteACoreHasTheUsualSizes(long l1, long l2) {
    assertThat(TileSizes.of(l1, l2)).isEqualTo(TileSizes.STANDARD).isEqualTo(new TileSizes(224, 28, 600_000));
    assertThat(TileSizes.STANDARD.chunkPixels()).isEqualTo(196);
  }

  @ParameterizedTest
  @ValueSource(ints = {-7, 0, 7, 13, 15, 3591})
  void numbersOfPixelsThatNoTileHasAreRefused(int pixels) {
    assertThatThrownBy(() -> new TileSizes(pixels, 14, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pixels must be a multiple of 7, 14 to 3584, not " + pixels);
    assertThatThrownBy(() -> new TileSizes(14, pixels, 1)).hasMessageStartingWith("keptPixels must be a multiple of 7");
    assertThatThrownBy(() -> new TileSizes(14, 14, 0)).hasMessageContaining("tableBytes");
  }

  @Test
  void smallTilesTakeLessScratch() {
    KernelSpec spec = ConvolutionCase.seeded(1).input(28, 28, 64).window(3, 1, 1, 1).outputChannels(128).build().spec();
    long before = 0;
    for (TileSizes tiles : List.of(SIZES.get(0), SIZES.get(2), TileSizes.STANDARD, SIZES.get(4))) {
      VectorKernels kernels = new VectorKernels(Products.FP32, tiles);
      assertThat(kernels.scratch(spec).total()).isGreaterThan(before);
      before = kernels.scratch(spec).total();
    }
  }

  @Test
  void resultsAreTheSameOverOddShapes() {
    RandomGenerator random = Seeds.random("resultsAreTheSameOverOddShapes", 130);
    int[][] sizes = {{1, 1}, {1, 6}, {3, 7}, {13, 13}, {1, 127}, {19, 20}};
    for (int[] size : sizes) {
      for (int[] channels : new int[][] {{5, 17}, {64, 64}, {70, 130}, {129, 33}, {300, 70}}) {
        check(layer(random, size, channels[0], channels[1]), random);
      }
      check(layer(random, size, 17, 65).window(3, 1, 1, 1).residual(Residual.IN_PLACE).shuffled(), random);
      check(layer(random, size, 40, 70).window(3, 2, 1, 1).residual(Residual.APART), random);
      check(layer(random, size, 12, 140).window(3, 1, 2, 2).groups(2), random);
      check(layer(random, size, 33, 64).weights(WeightGroup.halfStep(64, 3)).shuffled(), random);
      WeightGroup tailed = WeightGroup.sparseTails(66, 2);
      check(layer(random, size, 33, 66).window(3, 1, 1, 1).weights(tailed).tails(TailPlaces.ANY, 4), random);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void resultsAreTheSameOfAnyConvolution(int part) {
    RandomGenerator random = Seeds.random("resultsAreTheSameOfAnyConvolution " + part, 130 + part);
    for (int i = 0; i < 20; i++) {
      check(ConvolutionCase.random(random.nextLong()), random);
    }
  }

  private static ConvolutionCase layer(RandomGenerator random, int[] size, int inputs, int outputs) {
    return ConvolutionCase.seeded(random.nextLong()).input(size[0], size[1], inputs).outputChannels(outputs);
  }

  /** The scalar kernels have no tiles, so that where they are chosen they alone are compared with the truth. */
  private static void check(ConvolutionCase convolution, RandomGenerator random) {
    List<KernelSet> sets = new ArrayList<>(List.of(new ScalarKernels()));
    if (!(KernelProvider.choose().kernels() instanceof ScalarKernels)) {
      for (TileSizes tiles : SIZES) {
        for (Products products : Products.values()) {
          sets.add(new VectorKernels(products, tiles));
        }
      }
    }
    KernelTester.check(convolution.build(), sets, random);
  }
}
