package org.ptilmpq.quantizer.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.Grid;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;
import org.ptilmpq.quantizer.rounding.QuantizedLayer;
import org.ptilmpq.quantizer.rounding.QuantizedLayer.ChannelCode;
import org.ptilmpq.testkit.Seeds;

class LayerErrorsTest {

  private static final int CHANNELS = 3;
  private static final int WIDTH = 8;

  private final RandomGenerator random = Seeds.example(12);
  private final Value input = new Value("input", new Shape(4, 4, CHANNELS));
  private final Value middle = new Value("middle", new Shape(4, 4, CHANNELS));
  private final Value output = new Value("output", new Shape(4, 4, CHANNELS));
  private final Node.Convolution first = identity(input, middle);
  private final Node.Convolution second = identity(middle, output);
  private final FloatGraph graph = new FloatGraph("identities", input, output, List.of(first, second));

  /** A layer that shrinks its input by a tenth errs by a hundredth of the variance, and so do all that follow it. */
  @Test
  void errorsAreThoseOfTheWholeNetworkOverTheVariance() {
    Map<Node.Convolution, Double> errors = measure(1, 0.9f, centred());
    assertThat(errors.get(first)).isCloseTo(0, within(1e-12));
    assertThat(errors.get(second)).isCloseTo(0.01, within(1e-5));
    errors = measure(0.9f, 1, centred());
    assertThat(errors.get(first)).isCloseTo(0.01, within(1e-5));
    assertThat(errors.get(second)).isCloseTo(0.01, within(1e-5));
  }

  @Test
  void withoutPicturesThereAreNoFigures() {
    assertThat(measure(1, 1, List.of())).isEmpty();
  }

  private Map<Node.Convolution, Double> measure(float firstScale, float secondScale, List<float[]> inputs) {
    Map<Node.Convolution, QuantizedLayer> layers = new HashMap<>();
    layers.put(first, layer(firstScale));
    layers.put(second, layer(secondScale));
    try (OrderedWork work = new OrderedWork(2)) {
      return new LayerErrors(graph, layers).measure(inputs.size(), inputs::get, work);
    }
  }

  /** Returns inputs whose channels have the mean 0. */
  private List<float[]> centred() {
    List<float[]> inputs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      float[] one = new float[input.shape().elements()];
      float[] negated = new float[one.length];
      for (int k = 0; k < one.length; k++) {
        one[k] = (float) random.nextGaussian();
        negated[k] = -one[k];
      }
      inputs.add(one);
      inputs.add(negated);
    }
    return inputs;
  }

  private static QuantizedLayer layer(float scale) {
    short[][] codes = new short[CHANNELS][CHANNELS];
    float[] scales = new float[CHANNELS];
    List<ChannelCode> channels = new ArrayList<>();
    for (int c = 0; c < CHANNELS; c++) {
      codes[c][c] = 1;
      scales[c] = scale;
      channels.add(new ChannelCode(WIDTH, new Grid.Uniform()));
    }
    return new QuantizedLayer(channels, codes, scales, new float[CHANNELS], 0, 1);
  }

  private static Node.Convolution identity(Value from, Value to) {
    float[] weights = new float[CHANNELS * CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
      weights[c * CHANNELS + c] = 1;
    }
    return new Node.Convolution(
        to.name(),
        from,
        Optional.empty(),
        to,
        Window.pointwise(),
        1,
        new Kernel(CHANNELS, CHANNELS, 1, 1, weights),
        new float[CHANNELS],
        new float[0],
        new float[0],
        Clamp.NONE);
  }
}
