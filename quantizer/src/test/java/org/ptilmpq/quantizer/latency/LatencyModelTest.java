package org.ptilmpq.quantizer.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.ChannelGroup;
import org.ptilmpq.format.Grid;
import org.ptilmpq.format.PackedCodes;
import org.ptilmpq.format.Weights;
import org.ptilmpq.kernels.KernelCosts;
import org.ptilmpq.quantizer.allocation.RateCurve;
import org.ptilmpq.quantizer.emit.WeightPacker;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;
import org.ptilmpq.quantizer.rounding.DenseWidths;
import org.ptilmpq.quantizer.rounding.RoundedLayer;
import org.ptilmpq.testkit.Seeds;

class LatencyModelTest {

  private static final KernelCosts COSTS = KernelCosts.standard(512);
  private static final int SIDE = 8;
  private static final int PIXELS = SIDE * SIDE;

  private final RandomGenerator random = Seeds.random("LatencyModelTest", 20);

  /** A 1×1 convolution on 8×8 pixels. */
  private static Node.Convolution conv(int inputs, int outputs, int groups) {
    return new Node.Convolution(
        "layer",
        new Value("x", new Shape(SIDE, SIDE, inputs)),
        Optional.empty(),
        new Value("y", new Shape(SIDE, SIDE, outputs)),
        Window.pointwise(),
        groups,
        new Kernel(outputs, inputs / groups, 1, 1, new float[outputs * inputs / groups]),
        new float[outputs],
        new float[0],
        new float[0],
        Clamp.NONE);
  }

  private static LatencyModel model(Node... nodes) {
    return new LatencyModel(
        new FloatGraph("net", nodes[0].inputs().getFirst(), nodes[nodes.length - 1].output(), List.of(nodes)), COSTS);
  }

  private static double[] all(int channels, double value) {
    double[] values = new double[channels];
    Arrays.fill(values, value);
    return values;
  }

  @Test
  void aLayerTakesWhatItsPlanesAndMagnitudesDo() {
    Node.Convolution conv = conv(64, 96, 1);
    assertThat(model(conv).expected(conv, all(96, 3), all(96, 1.5)))
        .isEqualTo(COSTS.convolution(PIXELS, 64, 96, 3, 1.5));
    double[] planes = all(96, 2);
    Arrays.fill(planes, 0, 48, 6);
    double[] magnitudes = all(96, 1);
    magnitudes[17] = 9;
    magnitudes[18] = 5;
    // 64 channels share a block with the largest, 32 are left to the others.
    assertThat(model(conv).expected(conv, planes, magnitudes))
        .isEqualTo(COSTS.convolution(PIXELS, 64, 96, 4, (64 * 9 + 32 * 1) / 96.0));
  }

  @Test
  void depthwiseAndGroupedLayersAreMultiplied() {
    Node.Convolution depthwise = conv(64, 64, 64);
    assertThat(model(depthwise).expected(depthwise, all(64, 1), all(64, 0.3)))
        .isEqualTo(model(depthwise).expected(depthwise, all(64, 9), all(64, 90)))
        .isEqualTo(PIXELS * 2 * (5 * COSTS.floatInput() + COSTS.output()));
    Node.Convolution grouped = conv(64, 64, 2);
    assertThat(model(grouped).expected(grouped, all(64, 1), all(64, 0.3)))
        .isEqualTo(2 * COSTS.convolution(PIXELS, 32, 32, Double.POSITIVE_INFINITY, 0.3))
        .isFinite();
  }

  @Test
  void whatHasNoWeightsTakesAPassOverItsLargerSide() {
    Value y = new Value("y", new Shape(SIDE, SIDE, 33));
    Value z = new Value("z", new Shape(1, 1, 33));
    Node pooling = new Node.AveragePooling("pool", y, z, Window.covering(SIDE, SIDE), false, Clamp.NONE);
    assertThat(model(pooling).withoutWeights()).isEqualTo(PIXELS * 2 * COSTS.output());
  }

  @Test
  void tailsAddTheirPlanesWhereAnyChannelOfTheBlockHasOne() {
    short[][] codes = {{-2, 1, 1, -2}, {0, 1, 13, -1}, {1, 1, 1, 1}, {0, 0, 0, 0}};
    List<ChannelGroup> groups =
        List.of(
            new ChannelGroup(1, 2, new Grid.Uniform()),
            new ChannelGroup(2, 2, new Grid.SparseTails()),
            new ChannelGroup(1, 0, new Grid.Uniform()));
    LevelFigures figures = LevelFigures.of(weights(groups, codes));
    // 13 = 1 + 3 · 4, and 3 takes three planes: these and the input's number, at one of four inputs.
    assertThat(figures.planes()).isEqualTo((2 + 2 * (2 + (3 + 1) / 4.0)) / 4);
    assertThat(figures.magnitude()).isEqualTo((1.5 + 2 * 15 / 4.0) / 4);
  }

  @Test
  void levelsThatAreNoSumsOfPlanesArentLookedUp() {
    short[][] codes = {{-2, 1, 1, -2}, {0, 1, 0, -1}};
    LevelFigures figures = LevelFigures.of(weights(List.of(new ChannelGroup(2, 2, new Grid.HalfStep())), codes));
    assertThat(figures.planes()).isInfinite();
    assertThat(figures.magnitude()).isEqualTo((3 + 3 + 3 + 3) / 4.0);
  }

  private static Weights weights(List<ChannelGroup> groups, short[][] codes) {
    PackedCodes packed = PackedCodes.pack(groups, codes[0].length, codes);
    float[] ones = new float[codes.length];
    Arrays.fill(ones, 1);
    return new Weights(
        codes[0].length, groups, new int[0], ones, new float[codes.length], packed.codes(), packed.tails());
  }

  /** What is planned with is what comes of it: Laplace weights on the nearest levels, at steps from coarse to fine. */
  @Test
  void expectedFiguresAreThoseOfNearestLevels() {
    int inputs = 400;
    int channels = 96;
    Node.Convolution conv = conv(inputs, channels, 1);
    float[] weights = new float[channels * inputs];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (random.nextExponential() * (random.nextBoolean() ? 1 : -1) / Math.sqrt(2));
    }
    RateCurve curve = new RateCurve(weights, inputs, all(channels, 1));
    for (double step : new double[] {2, 1, 0.5, 0.25, 0.1, 0.03}) {
      List<short[]> levels = new ArrayList<>();
      for (int c = 0; c < channels; c++) {
        short[] channel = new short[inputs];
        for (int k = 0; k < inputs; k++) {
          channel[k] = (short) Math.rint(weights[c * inputs + k] / step);
        }
        levels.add(channel);
      }
      short[][] codes = levels.toArray(short[][]::new);
      RoundedLayer rounded = new RoundedLayer(DenseWidths.choose(codes, 1), codes, new float[channels]);
      LevelFigures real =
          LevelFigures.of(WeightPacker.pack(conv, rounded, rounded.scales(), new float[channels]));
      LevelFigures expected =
          LevelFigures.expected(all(channels, curve.planes(step)), all(channels, curve.magnitude(step)));
      assertThat(expected.planes()).as("planes at %s", step).isCloseTo(real.planes(), within(0.1 * real.planes()));
      assertThat(expected.magnitude())
          .as("magnitude at %s", step)
          .isBetween(0.7 * real.magnitude(), 1.02 * real.magnitude());
    }
  }
}
