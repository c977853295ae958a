package org.ptilmpq.quantizer.faithful;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import java.util.Collections;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node.Convolution;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;
import org.ptilmpq.quantizer.rounding.LayerMoments;
import org.ptilmpq.quantizer.rounding.LayerRounding;
import org.ptilmpq.quantizer.rounding.LevelRounder;
import org.ptilmpq.quantizer.rounding.LevelRounder.Goal;
import org.ptilmpq.quantizer.rounding.QuantizedLayer.ChannelCode;
import org.ptilmpq.testkit.Seeds;

class ChannelImportanceTest {

  private final RandomGenerator random = Seeds.example(83);

  private static Convolution layer(int inputs, int outputs, int side, int groups, float[] weights, float... norm) {
    Value x = new Value("x", new Shape(6, 7, inputs));
    Value y = new Value("y", new Shape(7 - side, 8 - side, outputs));
    Kernel kernel = new Kernel(outputs, inputs / groups, side, side, weights);
    return new Convolution(
        "y",
        x,
        Optional.empty(),
        y,
        Window.covering(side, side),
        groups,
        kernel,
        new float[outputs],
        norm,
        new float[norm.length],
        Clamp.NONE);
  }

  private float[] floats(int count) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = (float) random.nextGaussian();
    }
    return floats;
  }

  @Test
  void normsAreOfAChannelsWeights() {
    Convolution layer = layer(2, 3, 1, 1, new float[] {3, -4, 0, 0, -1, 0});
    assertThat(ChannelImportance.WeightNorm.L1.of(layer)).containsExactly(7, 0, 1);
    assertThat(ChannelImportance.WeightNorm.L2.of(layer)).containsExactly(5, 0, 1);
    assertThat(ChannelImportance.WeightNorm.L2.of(layer(1, 1, 1, 1, new float[] {-2}))).containsExactly(2);
  }

  @Test
  void batchNormCountsByItsMagnitude() {
    float[] weights = {3, -4, 0, 0, -1, 0};
    assertThat(new ChannelImportance.NormScaleImportance().of(layer(2, 3, 1, 1, weights, 0.5f, -2, 0)))
        .containsExactly(0.5, 2, 0);
    assertThat(new ChannelImportance.NormScaleImportance().of(layer(2, 3, 1, 1, weights))).containsExactly(5, 0, 1);
  }

  @Test
  void errorsAreWeightedByInputs() {
    Convolution layer = layer(2, 2, 1, 1, new float[] {1, 2, 3, 4});
    Kernel rounded = new Kernel(2, 2, 1, 1, new float[] {0, 4, 3, 4});
    ChannelImportance importance =
        new ChannelImportance.InputWeightedError(l -> rounded, l -> new float[][] {{10, 100}});
    assertThat(importance.of(layer)).containsExactly(410, 0);
  }

  @Test
  void theErrorIsWhatRoundingReports() {
    Convolution layer = layer(8, 6, 3, 2, floats(6 * 36));
    float[][] variances = {new float[36], new float[36]};
    for (float[] group : variances) {
      for (int k = 0; k < group.length; k++) {
        group[k] = random.nextFloat(0.1f, 3);
      }
    }
    LayerRounding rounding = new LayerRounding(layer.kernel(), variances, new int[] {3});
    float[] scales = new float[6];
    for (int c = 0; c < scales.length; c++) {
      scales[c] = rounding.scale(c, 3);
    }
    LevelRounder.Goal goal = LevelRounder.Goal.of(Collections.nCopies(6, new ChannelCode(3, rounding.grid(3))), scales);
    Kernel rounded = rounded(layer, goal);
    double[] found = new ChannelImportance.InputWeightedError(l -> rounded, l -> variances).of(layer);
    for (int c = 0; c < found.length; c++) {
      assertThat(found[c]).isCloseTo(rounding.error(c, 3), offset(1e-3 * found[c]));
    }
  }

  /** Returns each weight at its nearest level, whatever the inputs. */
  private static Kernel rounded(Convolution layer, LevelRounder.Goal goal) {
    ChannelMoments inputs = new ChannelMoments(layer.input().shape().channels());
    inputs.add(new float[layer.input().shape().elements()]);
    try (OrderedWork work = new OrderedWork(1)) {
      LayerMoments moments = LayerMoments.diagonal(layer, inputs);
      return LevelRounder.round(layer, layer.kernel().channelsLast(), goal, moments, 1, work)
          .kernel(layer.kernel());
    }
  }

  @Test
  void roundedWeightsOfAnotherLayerAreRefused() {
    Kernel other = new Kernel(1, 1, 1, 1, new float[1]);
    ChannelImportance importance =
        new ChannelImportance.InputWeightedError(l -> other, l -> new float[][] {{1, 1}});
    assertThatIllegalArgumentException().isThrownBy(() -> importance.of(layer(2, 1, 1, 1, new float[2])));
  }
}
