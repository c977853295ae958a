package org.ptilmpq.quantizer.faithful;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.Grid;
import org.ptilmpq.quantizer.faithful.FaithfulMethod.BiasCorrection;
import org.ptilmpq.quantizer.faithful.RegionLayer.QuantizedChannel;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.testkit.Seeds;

class RegionLayerTest {

  private static final int OUTPUTS = 22;
  private static final int INPUTS = 6;

  private final RandomGenerator random = Seeds.example(41);
  private final Kernel kernel = new Kernel(OUTPUTS, INPUTS, 3, 3, weights());
  private final int[] bits = random.ints(OUTPUTS, 1, 9).toArray();

  /** Returns weights whose tails differ much, so that channels need different ratios; channel 3 is zero. */
  private float[] weights() {
    float[] weights = Samples.gaussian(OUTPUTS * INPUTS * 9, 0.1, random);
    for (int i = 0; i < weights.length; i++) {
      int channel = i / (INPUTS * 9);
      weights[i] *= channel == 3 ? 0 : (float) Math.exp(channel % 5 * 0.5 * random.nextGaussian());
    }
    return weights;
  }

  private static float[][] importance(int groups) {
    float[][] importance = new float[groups][];
    for (int group = 0; group < groups; group++) {
      importance[group] = Samples.ones(INPUTS * 9);
      importance[group][0] = 1 + group;
    }
    return importance;
  }

  @Test
  void channelsOfAWidthShareFewRatiosAtALossThatIsMeasured() {
    int[] three = new int[OUTPUTS];
    Arrays.fill(three, 3);
    double free = error(RegionLayer.of(kernel, importance(2), three, 100));
    double before = free;
    for (int most : new int[] {100, 4, 2, 1}) {
      RegionLayer layer = RegionLayer.of(kernel, importance(2), three, most);
      Set<Integer> ratios = new HashSet<>();
      layer.channels().stream().filter(c -> c.width() > 0).forEach(c -> ratios.add(c.ratio()));
      assertThat(ratios.size()).isLessThanOrEqualTo(most);
      assertThat(error(layer)).isGreaterThanOrEqualTo(before);
      before = error(layer);
    }
    assertThat(error(RegionLayer.of(kernel, importance(2), three, 4))).isLessThan(1.1 * free);
  }

  private static double error(RegionLayer layer) {
    return layer.channels().stream().mapToDouble(QuantizedChannel::error).sum();
  }

  @Test
  void codesStandForTheWeightsOfTheirPlaces() {
    RegionLayer layer = RegionLayer.of(kernel, importance(1), bits, 3);
    Kernel quantized = layer.kernel(kernel);
    for (int out = 0; out < OUTPUTS; out++) {
      QuantizedChannel channel = layer.channels().get(out);
      assertThat(channel.width()).isEqualTo(out == 3 ? 0 : Math.min(8, bits[out] + 1));
      double error = 0;
      for (int k = out * INPUTS * 9; k < (out + 1) * INPUTS * 9; k++) {
        double d = kernel.values()[k] - quantized.values()[k];
        error += d * d;
      }
      assertThat(error).isCloseTo(channel.error(), within(1e-5 * error + 1e-12));
    }
    assertThat(layer.channels().get(3).grid()).isEqualTo(new Grid.Uniform());
  }

  @Test
  void thePapersCountIsOfCodesAlone() {
    RegionLayer layer = RegionLayer.of(kernel, importance(1), bits, 3);
    long expected = 0;
    for (int out = 0; out < OUTPUTS; out++) {
      expected += out == 3 ? 0 : bits[out] * INPUTS * 9L;
    }
    assertThat(layer.paperBits()).isEqualTo(expected);
  }

  @Test
  void widthsThatDontFitAreRefused() {
    assertThatThrownBy(() -> RegionLayer.of(kernel, importance(1), new int[4], 2)).hasMessageContaining("4 widths");
    bits[5] = 9;
    assertThatThrownBy(() -> RegionLayer.of(kernel, importance(1), bits, 2))
        .hasMessage("channel 5 has 9 bits; 1 to 8 work");
  }

  @Test
  void correctionRestoresMeanAndSpread() {
    float[] weights = Samples.gaussian(500, 0.3, random);
    float[] quantized = new float[400];
    for (int k = 0; k < quantized.length; k++) {
      quantized[k] = 0.8f * weights[100 + k] + 0.02f;
    }
    BiasCorrection correction = BiasCorrection.of(weights, 100, quantized);
    float[] inputs = Samples.laplace(400, 1, random);
    double wanted = 0;
    double corrected = 0;
    double means = 0;
    for (int k = 0; k < 400; k++) {
      double restored = correction.gain() * quantized[k] + correction.offset();
      means += weights[100 + k] - 0.8 * weights[100 + k] - 0.02;
      wanted += restored * inputs[k];
      corrected += correction.gain() * quantized[k] * inputs[k];
    }
    assertThat(correction.gain()).isCloseTo(1 / 0.8, within(1e-4));
    assertThat(correction.offset()).isCloseTo(correction.gain() * means / 400, within(1e-6));
    assertThat(corrected + correction.biasShift(inputs)).isCloseTo(wanted, within(1e-5));
    assertThat(BiasCorrection.of(new float[] {1, 1}, 0, new float[2])).isEqualTo(new BiasCorrection(1, 1));
    assertThat(List.of(BiasCorrection.of(weights, 0, new float[3]).gain())).containsExactly(1.0);
  }
}
