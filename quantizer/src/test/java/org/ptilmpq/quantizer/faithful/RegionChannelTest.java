package org.ptilmpq.quantizer.faithful;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.format.Grid;
import org.ptilmpq.quantizer.faithful.RegionLayer.QuantizedChannel;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.testkit.Seeds;

class RegionChannelTest {

  private final RandomGenerator random = Seeds.example(37);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void noScaleAndRatioAreMuchBetterThanTheOnesFound(int bits) {
    for (int count : new int[] {18, 64, 150}) {
      float[] weights = Samples.laplace(count, 0.05, random);
      float[] importance = new float[count];
      for (int k = 0; k < count; k++) {
        importance[k] = (float) random.nextExponential();
      }
      QuantizedChannel found = quantized(bits, weights, importance);
      assertThat(found.error()).isCloseTo(error(weights, importance, found), within(1e-9 * found.error() + 1e-30));
      assertThat(found.error())
          .as("%d bits, %d weights", bits, count)
          .isLessThanOrEqualTo(1.06 * bruteForce(weights, importance, bits));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void codesFitTheirWidthWhateverTheWeights(int bits) {
    float[][] extremes = {
      {1},
      {-0.25f, -0.25f, -0.25f},
      {Float.MIN_VALUE, -2 * Float.MIN_VALUE, 0},
      {3e37f, -1e37f, 1, 0},
      {1e-30f, 1e30f},
      Samples.gaussian(200, 1, random)
    };
    for (float[] weights : extremes) {
      QuantizedChannel channel = quantized(bits, weights, Samples.ones(weights.length));
      assertThat(channel.scale()).isPositive().isFinite();
      assertThat(channel.bits()).isEqualTo(bits);
      assertThat(channel.width()).isEqualTo(Math.min(8, bits + 1));
      for (short code : channel.codes()) {
        assertThat(Math.abs(code)).isLessThan(1 << channel.width() - 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void equalWeightsAreExact(int bits) {
    float[] weights = {0.3f, -0.3f, 0, 0.3f};
    QuantizedChannel channel = quantized(bits, weights, Samples.ones(weights.length));
    float[] real = channel.real();
    for (int k = 0; k < 4; k++) {
      assertThat(real[k]).isCloseTo(weights[k], within(1e-7f));
    }
  }

  @Test
  void zerosTakeNoBits() {
    QuantizedChannel channel = quantized(4, new float[5], Samples.ones(5));
    assertThat(channel.width()).isZero();
    assertThat(channel.real()).containsOnly(0f).hasSize(5);
    assertThat(channel.error()).isZero();
  }

  @Test
  void oneFarOutlierLeavesTheOthersTheirSteps() {
    float[] weights = Samples.gaussian(576, 0.02, random);
    float[] clean = weights.clone();
    clean[100] = 0;
    weights[100] = 20;
    QuantizedChannel without = quantized(4, clean, Samples.ones(clean.length));
    QuantizedChannel with = quantized(4, weights, Samples.ones(weights.length));
    assertThat(with.real()[100]).isCloseTo(20, within(0.3f));
    assertThat(with.ratio()).isGreaterThan(50);
    assertThat(with.error()).isLessThan(10 * without.error());
  }

  @Test
  void threeBitsErrNoMoreThanRealValuedRegions() {
    int count = 20_000;
    float[] gaussian = Samples.gaussian(count, 1, random);
    float[] laplace = Samples.laplace(count, Math.sqrt(0.5), random);
    float[] ones = Samples.ones(count);
    // With real-valued regions and the best clipping a simulation gave 0.0149 and 0.0256 times the variance.
    assertThat(quantized(3, gaussian, ones).error() / count).isBetween(0.010, 0.0149);
    assertThat(quantized(3, laplace, ones).error() / count).isBetween(0.015, 0.0256);
  }

  @Test
  void widthsThatNoCodeHoldsAreRefused() {
    for (int bits : new int[] {0, 9, -1}) {
      assertThatThrownBy(() -> new RegionGrid(bits, 1)).hasMessageContaining(bits + " bits");
    }
  }

  /** Returns the only channel of a layer, whose ratio is as good as free. */
  private static QuantizedChannel quantized(int bits, float[] weights, float[] importance) {
    Kernel kernel = new Kernel(1, weights.length, 1, 1, weights);
    return RegionLayer.of(kernel, new float[][] {importance}, new int[] {bits}, 100).channels().getFirst();
  }

  private static double error(float[] weights, float[] importance, QuantizedChannel channel) {
    double error = 0;
    for (int k = 0; k < weights.length; k++) {
      double d = weights[k] - (double) channel.scale() * channel.grid().level(channel.codes()[k]);
      error += importance[k] * d * d;
    }
    return error;
  }

  /** The least error over 3,000 scales for each of the first 40 ratios, each weight at the nearest of all levels. */
  private static double bruteForce(float[] weights, float[] importance, int bits) {
    double best = Double.POSITIVE_INFINITY;
    double greatest = 0;
    for (float w : weights) {
      greatest = Math.max(greatest, Math.abs(w));
    }
    for (int ratio = 1; ratio <= (bits == 1 ? 1 : 40); ratio++) {
      Grid grid = new RegionGrid(bits, ratio).grid();
      int codes = 1 << bits;
      for (int i = 1; i <= 1_500; i++) {
        double scale = 1.2 * greatest * i / 1_500;
        double error = 0;
        for (int k = 0; k < weights.length && error < best; k++) {
          double nearest = Double.POSITIVE_INFINITY;
          for (int code = 1 - codes; code < codes; code++) {
            nearest = Math.min(nearest, Math.abs(weights[k] - scale * grid.level(code)));
          }
          error += importance[k] * nearest * nearest;
        }
        best = Math.min(best, error);
      }
    }
    return best;
  }
}
