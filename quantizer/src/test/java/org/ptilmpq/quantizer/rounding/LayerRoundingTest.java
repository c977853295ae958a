package org.ptilmpq.quantizer.rounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.Grid;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.rounding.QuantizedLayer.ChannelCode;
import org.ptilmpq.testkit.Seeds;

class LayerRoundingTest {

  private static final int OUTPUTS = 12;
  private static final int[] ALL = IntStream.rangeClosed(1, 8).toArray();

  private final RandomGenerator random = Seeds.example(11);

  @Test
  void theKernelOfTheCodesErrsAsMuchAsTheSearchSays() {
    Kernel kernel = kernel();
    float[][] importance = {importance(), importance()};
    LayerRounding rounding = new LayerRounding(kernel, importance, ALL);
    for (int width = 0; width <= 8; width++) {
      float[] original = kernel.channelsLast();
      float[] restored = nearest(rounding, kernel, width).kernel(kernel).channelsLast();
      for (int channel = 0; channel < OUTPUTS; channel++) {
        double error = 0;
        for (int k = 0; k < rounding.inputs(); k++) {
          int at = channel * rounding.inputs() + k;
          error += importance[channel / 6][k] * Math.pow(original[at] - (double) restored[at], 2);
        }
        double said = rounding.error(channel, width);
        assertThat(error).as("channel %d, width %d", channel, width).isCloseTo(said, within(1e-3 * said));
      }
    }
  }

  /** Returns every weight at the nearest level of its channel's scale. */
  private static QuantizedLayer nearest(LayerRounding rounding, Kernel kernel, int width) {
    ChannelCode code = new ChannelCode(width, rounding.grid(width));
    LevelRange range = LevelRange.of(code);
    float[] weights = kernel.channelsLast();
    short[][] codes = new short[OUTPUTS][rounding.inputs()];
    float[] scales = new float[OUTPUTS];
    for (int c = 0; c < OUTPUTS; c++) {
      scales[c] = rounding.scale(c, width);
      for (int k = 0; k < rounding.inputs(); k++) {
        int level = range.nearest((double) weights[c * rounding.inputs() + k] / scales[c]);
        codes[c][k] = LevelRange.code(level, code);
      }
    }
    return new QuantizedLayer(Collections.nCopies(OUTPUTS, code), codes, scales, new float[OUTPUTS], 0, 1);
  }

  @Test
  void everyBitTakesMostOfTheErrorAway() {
    LayerRounding rounding = new LayerRounding(kernel(), new float[][] {importance()}, ALL);
    for (int channel = 0; channel < OUTPUTS; channel++) {
      for (int width = 1; width <= 8; width++) {
        assertThat(rounding.error(channel, width)).isLessThan(0.7 * rounding.error(channel, width - 1));
      }
    }
  }

  @Test
  void oneBitHasNoZeroAndWideCodesHaveOne() {
    LayerRounding rounding = new LayerRounding(kernel(), new float[][] {importance()}, ALL);
    assertThat(rounding.grid(1)).isEqualTo(new Grid.HalfStep());
    for (int width = 4; width <= 8; width++) {
      assertThat(rounding.grid(width)).isEqualTo(new Grid.Uniform());
    }
  }

  @Test
  void sparseWeightsGetAGridWithZero() {
    float[] values = new float[OUTPUTS * 36];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 9 == 4 ? (i % 2 == 0 ? 1 : -1) : 0;
    }
    Kernel kernel = new Kernel(OUTPUTS, 4, 3, 3, values);
    LayerRounding rounding = new LayerRounding(kernel, new float[][] {importance()}, ALL);
    assertThat(rounding.grid(2)).isEqualTo(new Grid.Uniform());
    assertThat(rounding.error(0, 2)).isLessThan(1e-9);
  }

  private Kernel kernel() {
    float[] values = new float[OUTPUTS * 36];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Kernel(OUTPUTS, 4, 3, 3, values);
  }

  private float[] importance() {
    float[] importance = new float[36];
    for (int k = 0; k < importance.length; k++) {
      importance[k] = (float) (0.1 + random.nextExponential());
    }
    return importance;
  }
}
