package org.ptilmpq.quantizer.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.Progress;
import org.ptilmpq.quantizer.calibration.ActivationGrid;
import org.ptilmpq.quantizer.calibration.Calibration;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;
import org.ptilmpq.quantizer.reference.FloatExecutor;
import org.ptilmpq.quantizer.rounding.LayerRounding;
import org.ptilmpq.quantizer.rounding.RoundedLayer;
import org.ptilmpq.testkit.Seeds;

class OutputMatchingTest {

  private static final int CHANNELS = 24;
  private static final int PICTURES = 40;
  private static final ActivationGrid GRID = ActivationGrid.covering(-4, 4);

  private final RandomGenerator random = Seeds.random("OutputMatchingTest", 7);
  private final Value input = new Value("input", new Shape(6, 6, 8));
  private final Value scores = new Value("scores", new Shape(1, 1, CHANNELS));

  @Test
  void everyChannelGetsTheMeanAndVarianceOfTheFloatLayer() {
    Node.Convolution conv = convolution();
    FloatGraph graph = new FloatGraph("one layer", input, scores, List.of(conv));
    List<byte[]> inputs = inputs();
    ChannelMoments wanted = moments(graph, inputs);
    Calibration calibration =
        new Calibration(
            Map.of(), Map.of(), Map.of(conv, new Calibration.Layer(wanted, wanted)), inputs, PICTURES, List.of());

    int[] widths = IntStream.range(0, CHANNELS).map(c -> c % 4).toArray();
    RoundedLayer rounded = RoundedLayer.of(rounding(conv), widths);
    MatchedLayer matched;
    try (OrderedWork work = new OrderedWork(2)) {
      OutputMatching matching = new OutputMatching(graph, Map.of(input, GRID), calibration, work);
      matched = matching.run(asked -> rounded, Progress.NONE).get(conv);
    }

    RoundedLayer rescaled = new RoundedLayer(widths, rounded.grids(), rounded.codes(), matched.scales());
    Node.Convolution corrected = convolution(rescaled.kernel(conv.kernel()), matched.biases());
    ChannelMoments found = moments(new FloatGraph("quantized", input, scores, List.of(corrected)), inputs);
    int matchedVariances = 0;
    for (int c = 0; c < CHANNELS; c++) {
      double sigma = Math.sqrt(wanted.variance(c));
      assertThat(found.mean(c)).as("mean of %d", c).isCloseTo(wanted.mean(c), within(1e-3 * sigma));
      float gain = matched.scales()[c] / rounded.scales()[c];
      assertThat(gain).isBetween(0.79999f, 1.25001f);
      if (widths[c] > 0 && gain > 0.801f && gain < 1.249f) {
        matchedVariances++;
        assertThat(found.variance(c))
            .as("variance of %d", c)
            .isCloseTo(wanted.variance(c), within(1e-3 * wanted.variance(c)));
      }
    }
    assertThat(matchedVariances).isGreaterThan(CHANNELS / 3);
  }

  private ChannelMoments moments(FloatGraph graph, List<byte[]> inputs) {
    FloatExecutor executor = new FloatExecutor(graph);
    ChannelMoments moments = new ChannelMoments(CHANNELS);
    for (byte[] bytes : inputs) {
      float[] real = new float[bytes.length];
      for (int i = 0; i < real.length; i++) {
        real[i] = GRID.real(bytes[i]);
      }
      moments.add(executor.run(real));
    }
    return moments;
  }

  private List<byte[]> inputs() {
    byte[][] inputs = new byte[PICTURES][input.shape().elements()];
    Arrays.stream(inputs).forEach(random::nextBytes);
    return List.of(inputs);
  }

  private static LayerRounding rounding(Node.Convolution conv) {
    float[] equal = new float[conv.kernel().weightsPerOutput()];
    Arrays.fill(equal, 1);
    return new LayerRounding(conv.kernel(), new float[][] {equal}, new int[] {1, 2, 3});
  }

  private Node.Convolution convolution() {
    float[] weights = new float[CHANNELS * input.shape().elements()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (0.1 * random.nextGaussian());
    }
    float[] bias = new float[CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
      bias[c] = (float) random.nextGaussian();
    }
    return convolution(new Kernel(CHANNELS, 8, 6, 6, weights), bias);
  }

  private Node.Convolution convolution(Kernel kernel, float[] bias) {
    return new Node.Convolution(
        "layer", input, Optional.empty(), scores, Window.covering(6, 6), 1, kernel, bias, new float[0], new float[0], Clamp.NONE);
  }
}
