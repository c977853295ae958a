package org.ptilmpq.quantizer.rounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.Grid;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;
import org.ptilmpq.quantizer.rounding.QuantizedLayer.ChannelCode;
import org.ptilmpq.quantizer.secondorder.SecondMoments;
import org.ptilmpq.testkit.Seeds;

class LevelRounderTest {

  private static final int INPUTS = 24;
  private static final int OUTPUTS = 10;
  private static final int ROWS = 400;

  private final RandomGenerator random = Seeds.example(15);
  private final OrderedWork work = new OrderedWork(2);

  @AfterEach
  void close() {
    work.close();
  }

  private static Node.Convolution layer(float[] weights) {
    Value x = new Value("x", new Shape(1, 1, INPUTS));
    Value y = new Value("y", new Shape(1, 1, weights.length / INPUTS));
    Kernel kernel = new Kernel(weights.length / INPUTS, INPUTS, 1, 1, weights);
    return new Node.Convolution(
        "y",
        x,
        Optional.empty(),
        y,
        Window.pointwise(),
        1,
        kernel,
        new float[weights.length / INPUTS],
        new float[0],
        new float[0],
        Clamp.NONE);
  }

  private float[] weights() {
    float[] weights = new float[OUTPUTS * INPUTS];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return weights;
  }

  /** Returns rows of many inputs that have few causes. */
  private float[] rows() {
    float[] rows = new float[ROWS * INPUTS];
    float[] mixing = new float[4 * INPUTS];
    for (int i = 0; i < mixing.length; i++) {
      mixing[i] = (float) random.nextGaussian();
    }
    for (int row = 0; row < ROWS; row++) {
      double[] causes = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
      for (int k = 0; k < INPUTS; k++) {
        double sum = 1 + 0.2 * random.nextGaussian();
        for (int c = 0; c < 4; c++) {
          sum += mixing[c * INPUTS + k] * causes[c];
        }
        rows[row * INPUTS + k] = (float) sum;
      }
    }
    return rows;
  }

  private LayerMoments full(float[] rows) {
    SecondMoments moments = new SecondMoments(INPUTS);
    moments.add(rows, ROWS, work);
    return LayerMoments.full(new SecondMoments.Moments[] {moments.finish()}, 0.01, work);
  }

  private static LayerMoments diagonal(Node.Convolution layer, float[] rows) {
    ChannelMoments moments = new ChannelMoments(INPUTS);
    moments.add(rows);
    return LayerMoments.diagonal(layer, moments);
  }

  /** Returns the mean square error of an output over the rows, all outputs together. */
  private static double measured(Node.Convolution layer, QuantizedLayer rounded, float[] rows) {
    float[] exact = layer.kernel().values();
    float[] found = rounded.kernel(layer.kernel()).values();
    double error = 0;
    for (int c = 0; c < layer.kernel().outputs(); c++) {
      for (int row = 0; row < ROWS; row++) {
        double off = 0;
        for (int k = 0; k < INPUTS; k++) {
          off += ((double) found[c * INPUTS + k] - exact[c * INPUTS + k]) * rows[row * INPUTS + k];
        }
        error += off * off / ROWS;
      }
    }
    return error;
  }

  private static float[] filled(int count, float value) {
    float[] filled = new float[count];
    Arrays.fill(filled, value);
    return filled;
  }

  private QuantizedLayer round(Node.Convolution layer, LevelRounder.Goal goal, LayerMoments moments) {
    return LevelRounder.round(layer, layer.kernel().channelsLast(), goal, moments, 1, work);
  }

  @Test
  void knowingHowInputsVaryTogetherHelps() {
    for (int i = 0; i < 10; i++) {
      Node.Convolution layer = layer(weights());
      float[] rows = rows();
      LevelRounder.Goal goal = LevelRounder.Goal.unclipped(filled(OUTPUTS, random.nextFloat(0.2f, 1.5f)));
      QuantizedLayer nearest = round(layer, goal, diagonal(layer, rows));
      QuantizedLayer together = round(layer, goal, full(rows));
      double ofNearest = measured(layer, nearest, rows);
      double ofTogether = measured(layer, together, rows);
      assertThat(ofTogether).isLessThan(0.7 * ofNearest);
      assertThat(together.relativeError()).isBetween(0.99 * ofTogether - 1e-3, 1.01 * ofTogether + 1e-3);
    }
  }

  @Test
  void nearestIsTheNearestLevel() {
    Node.Convolution layer = layer(weights());
    float[] rows = rows();
    QuantizedLayer result = round(layer, LevelRounder.Goal.unclipped(filled(OUTPUTS, 0.5f)), diagonal(layer, rows));
    float[] found = result.kernel(layer.kernel()).values();
    ChannelMoments moments = new ChannelMoments(INPUTS);
    moments.add(rows);
    double error = 0;
    for (int i = 0; i < found.length; i++) {
      double off = Math.abs(found[i] - layer.kernel().values()[i]);
      assertThat(off).isLessThanOrEqualTo(0.250001);
      error += moments.variance(i % INPUTS) * off * off;
    }
    assertThat(result.relativeError()).isBetween(0.999 * error, 1.001 * error);
  }

  @Test
  void givenCodesAreKept() {
    List<ChannelCode> codes = new ArrayList<>(List.of(ChannelCode.NONE, new ChannelCode(3, new Grid.TwoRegion(2, 3))));
    for (int width = 1; width <= 4; width++) {
      codes.add(new ChannelCode(width, new Grid.Uniform()));
      codes.add(new ChannelCode(width, new Grid.HalfStep()));
    }
    Node.Convolution layer = layer(weights());
    float[] rows = rows();
    float[] scales = filled(OUTPUTS, 0.4f);
    scales[0] = 0;
    for (LayerMoments moments : List.of(diagonal(layer, rows), full(rows))) {
      QuantizedLayer rounded = round(layer, LevelRounder.Goal.of(codes, scales), moments);
      assertThat(rounded.channels()).isEqualTo(codes);
      for (int c = 0; c < OUTPUTS; c++) {
        int width = codes.get(c).width();
        assertThat(rounded.scales()[c]).isPositive().isFinite();
        for (short code : rounded.codes()[c]) {
          int most = width == 0 ? 0 : 1 << width - 1;
          assertThat((int) code).isBetween(-most, Math.max(0, most - 1));
        }
      }
    }
  }

  @Test
  void aScaleThatIsTooSmallIsWidenedUntilTheLargestWeightHasALevel() {
    float[] weights = weights();
    weights[5] = -40;
    Node.Convolution layer = layer(weights);
    float[] rows = rows();
    for (LayerMoments moments : List.of(diagonal(layer, rows), full(rows))) {
      QuantizedLayer rounded = round(layer, LevelRounder.Goal.unclipped(filled(OUTPUTS, 1e-4f)), moments);
      float[] found = rounded.kernel(layer.kernel()).values();
      assertThat(found[5]).isBetween(-40.5f, -39.5f);
      assertThat(rounded.scales()[0]).isGreaterThan(0.019f);
      for (short[] levels : rounded.codes()) {
        for (short level : levels) {
          assertThat((int) level).isBetween(-2047, 2047);
        }
      }
    }
  }

  @Test
  void channelsWithoutWeightsOrScalesGetNoCodes() {
    float[] weights = weights();
    Arrays.fill(weights, 2 * INPUTS, 5 * INPUTS, 0);
    Node.Convolution layer = layer(weights);
    float[] rows = rows();
    for (LayerMoments moments : List.of(diagonal(layer, rows), full(rows))) {
      QuantizedLayer rounded = round(layer, LevelRounder.Goal.unclipped(filled(OUTPUTS, 0.3f)), moments);
      assertThat(rounded.channels().get(2)).isEqualTo(ChannelCode.NONE);
      assertThat(rounded.scales()[2]).isPositive().isFinite();
    }
  }

  /** Compares the variance of the outputs' errors over the rows with that of independent errors of nearest levels. */
  @Test
  void theGainIsWhatSecondOrderRoundingDoesToTheVarianceOfTheError() {
    Node.Convolution layer = layer(weights());
    float[] rows = rows();
    QuantizedLayer result = round(layer, LevelRounder.Goal.unclipped(filled(OUTPUTS, 0.6f)), full(rows));
    float[] found = result.kernel(layer.kernel()).values();
    double varying = measured(layer, result, rows);
    double nearest = 0;
    for (int c = 0; c < OUTPUTS; c++) {
      double constant = 0;
      for (int k = 0; k < INPUTS; k++) {
        double mean = 0;
        double square = 0;
        for (int row = 0; row < ROWS; row++) {
          mean += rows[row * INPUTS + k] / (double) ROWS;
          square += rows[row * INPUTS + k] * (double) rows[row * INPUTS + k] / ROWS;
        }
        float weight = layer.kernel().values()[c * INPUTS + k];
        double off = weight - 0.6f * Math.rint(weight / 0.6f);
        nearest += off * off * (square - mean * mean);
        constant += (found[c * INPUTS + k] - weight) * mean;
      }
      varying -= constant * constant;
    }
    assertThat(result.gain()).isCloseTo(varying / nearest, within(1e-3 * varying / nearest)).isLessThan(0.5);
    assertThat(round(layer, LevelRounder.Goal.unclipped(filled(OUTPUTS, 0.6f)), diagonal(layer, rows)).gain())
        .isEqualTo(1);
  }
}
