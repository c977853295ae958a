package org.ptilmpq.quantizer.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.calibration.ActivationGrid;
import org.ptilmpq.quantizer.calibration.Calibration;
import org.ptilmpq.quantizer.calibration.ChannelGains;
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
import org.ptilmpq.testkit.Seeds;

class QuantizedPrefixTest {

  private static final int CHANNELS = 24;
  private static final int PICTURES = 40;
  private static final Clamp CLAMP = new Clamp(-2, 3);
  private static final ActivationGrid INPUT_GRID = ActivationGrid.covering(-4, 4);
  private static final ActivationGrid GRID = ActivationGrid.covering(-2, 3);

  private final RandomGenerator random = Seeds.example(7);
  private final OrderedWork work = new OrderedWork(2);
  private final Value input = new Value("input", new Shape(6, 5, 8));
  private final Value first = new Value("first", new Shape(6, 5, CHANNELS));
  private final Value second = new Value("second", new Shape(6, 5, CHANNELS));
  private final Value scores = new Value("scores", new Shape(1, 1, 3));

  @AfterEach
  void close() {
    work.close();
  }

  @Test
  void everyChannelGetsTheMeanAndVarianceOfTheFloatLayer() {
    Node.Convolution conv = convolution(input, first, 0, Clamp.NONE);
    ChannelMoments wanted = moments(conv, inputs());
    FloatGraph graph = graph(conv, convolution(first, scores, 0, Clamp.NONE));
    Kernel coarse = coarse(conv.kernel());
    ChannelMoments[] uncorrected = new ChannelMoments[1];
    ChannelGains correction =
        prefix(graph, inputs())
            .take(
                0,
                coarse,
                (found, unseen) -> {
                  uncorrected[0] = found;
                  return ChannelGains.toMeans(ChannelGains.toVariances(wanted, found), wanted, found);
                });
    ChannelMoments plain = moments(conv.bare(first, coarse), inputs());
    int matchedVariances = 0;
    for (int c = 0; c < CHANNELS; c++) {
      double sigma = Math.sqrt(wanted.variance(c));
      assertThat(uncorrected[0].mean(c)).isCloseTo(plain.mean(c), within(1e-5));
      assertThat(uncorrected[0].variance(c)).isCloseTo(plain.variance(c), within(1e-4));
      double gain = correction.gains()[c];
      double mean = plain.mean(c) * gain + correction.shifts()[c];
      assertThat(mean).as("mean of %d", c).isCloseTo(wanted.mean(c), within(1e-4 * sigma + 1e-5));
      assertThat(gain).isBetween(0.79999, 1.25001);
      if (plain.variance(c) > 1e-9 && gain > 0.801 && gain < 1.249) {
        matchedVariances++;
        assertThat(plain.variance(c) * gain * gain)
            .as("variance of %d", c)
            .isCloseTo(wanted.variance(c), within(1e-4 * wanted.variance(c)));
      }
    }
    assertThat(matchedVariances).isGreaterThan(CHANNELS / 3);
  }

  /** The stored value is clamp(gain · y + shift + residual) on the output's grid. */
  @Test
  void theNextLayerReadsTheCorrectedSumWithTheResidualClampedAndRounded() {
    FloatGraph graph = residual();
    List<byte[]> inputs = inputs();
    QuantizedPrefix prefix = prefix(graph, inputs);
    ChannelGains one = correction();
    ChannelGains two = correction();
    Node.Convolution a = graph.convolutions().get(0);
    Node.Convolution b = graph.convolutions().get(1);
    Kernel coarseA = coarse(a.kernel());
    Kernel coarseB = coarse(b.kernel());
    assertThat(prefix.take(0, coarseA, (found, unseen) -> one)).isSameAs(one);
    prefix.take(1, coarseB, (found, unseen) -> two);
    int clamped = 0;
    for (int picture = 0; picture < PICTURES; picture++) {
      float[] x = real(INPUT_GRID, inputs.get(picture));
      float[] afterOne = stored(run(a.bare(first, coarseA), x), one, null);
      float[] expected = stored(run(b.bare(second, coarseB), afterOne), two, afterOne);
      float[] found = prefix.real(second, picture);
      for (int i = 0; i < expected.length; i++) {
        // A value between two bytes may fall either way.
        assertThat(found[i]).isCloseTo(expected[i], within(1.01f * GRID.scale()));
        clamped += found[i] == CLAMP.low() || found[i] == CLAMP.high() ? 1 : 0;
      }
      assertThat(Arrays.mismatch(found, expected)).as("all equal but some").satisfiesAnyOf(
          at -> assertThat(at).isEqualTo(-1), at -> assertThat(differing(found, expected)).isLessThan(3));
    }
    assertThat(clamped).isPositive();
    prefix.take(
        2,
        graph.convolutions().get(2).kernel(),
        (found, unseen) -> ChannelGains.alone(new double[] {1, 1, 1}));
  }

  @Test
  void aCopyGoesItsOwnWay() {
    FloatGraph graph = residual();
    QuantizedPrefix prefix = prefix(graph, inputs());
    Node.Convolution a = graph.convolutions().get(0);
    Node.Convolution b = graph.convolutions().get(1);
    ChannelGains none = correction();
    prefix.take(0, a.kernel(), (found, unseen) -> none);
    QuantizedPrefix copy = prefix.copy();
    QuantizedPrefix again = prefix.copy();
    copy.take(1, coarse(b.kernel()), (found, unseen) -> none);
    prefix.take(1, b.kernel(), (found, unseen) -> none);
    again.take(1, b.kernel(), (found, unseen) -> none);
    float[] ofCopy = copy.real(second, 3);
    assertThat(prefix.real(second, 3)).isNotEqualTo(ofCopy);
    assertThat(again.real(second, 3)).isEqualTo(prefix.real(second, 3));
    assertThat(copy.pictures()).isEqualTo(PICTURES);
    prefix.take(2, graph.convolutions().get(2).kernel(), (found, unseen) -> none);
    assertThat(copy.real(second, 3)).isEqualTo(ofCopy);
  }

  @Test
  void memoryIsThatOfTheValuesAliveAtATime() {
    assertThat(QuantizedPrefix.bytesPerPicture(residual(), 0)).isEqualTo(first.shape().elements());
    Value third = new Value("third", first.shape());
    Node.Convolution a = convolution(input, first, 1, Clamp.NONE);
    Node.Convolution b = convolution(first, second, 1, Clamp.NONE);
    Node sum = new Node.Addition("sum", first, second, third, Clamp.NONE);
    Node.Convolution last = convolution(third, scores, 0, Clamp.NONE);
    FloatGraph graph = new FloatGraph("sum", input, scores, List.of(a, b, sum, last));
    assertThat(QuantizedPrefix.bytesPerPicture(graph, 0)).isEqualTo(2 * first.shape().elements());
  }

  @Test
  void memoryIsLessWhereActivationsAreSmaller() {
    Value small = new Value("small", new Shape(2, 1, CHANNELS));
    Node pool = new Node.MaxPooling("pool", first, small, new Window(3, 5, 3, 1, 1, 1, 0, 0, 0, 0));
    Node.Convolution last = convolution(small, scores, 0, Clamp.NONE);
    FloatGraph graph =
        new FloatGraph("shrinking", input, scores, List.of(convolution(input, first, 1, Clamp.NONE), pool, last));
    assertThat(QuantizedPrefix.bytesPerPicture(graph, 0)).isEqualTo(first.shape().elements());
    assertThat(QuantizedPrefix.bytesPerPicture(graph, 2)).isEqualTo(small.shape().elements());
    // The pooling's input is there until the pooling is done.
    assertThat(QuantizedPrefix.bytesPerPicture(graph, 1)).isEqualTo(first.shape().elements());
  }

  private static int differing(float[] a, float[] b) {
    int differing = 0;
    for (int i = 0; i < a.length; i++) {
      differing += a[i] != b[i] ? 1 : 0;
    }
    return differing;
  }

  private static float[] stored(float[] y, ChannelGains correction, float[] residual) {
    float[] stored = new float[y.length];
    for (int i = 0; i < y.length; i++) {
      float sum = y[i] * correction.gains()[i % CHANNELS] + correction.shifts()[i % CHANNELS];
      sum += residual == null ? 0 : residual[i];
      stored[i] = GRID.real(GRID.quantize(residual == null ? sum : CLAMP.apply(sum)));
    }
    return stored;
  }

  private FloatGraph residual() {
    Node.Convolution a = convolution(input, first, 1, Clamp.NONE);
    Node.Convolution b = convolution(first, second, 1, CLAMP);
    Node.Convolution withResidual =
        new Node.Convolution(
            b.name(),
            first,
            Optional.of(first),
            second,
            b.window(),
            1,
            b.kernel(),
            b.bias(),
            new float[0],
            new float[0],
            CLAMP);
    return graph(a, withResidual, convolution(second, scores, 0, Clamp.NONE));
  }

  private FloatGraph graph(Node.Convolution... convolutions) {
    return new FloatGraph("layers", input, scores, List.of(convolutions));
  }

  private QuantizedPrefix prefix(FloatGraph graph, List<byte[]> inputs) {
    Calibration calibration = new Calibration(Map.of(), Map.of(), Map.of(), inputs, 0, PICTURES, List.of());
    return new QuantizedPrefix(
        graph, Map.of(input, INPUT_GRID, first, GRID, second, GRID), calibration, PICTURES, work);
  }

  private ChannelGains correction() {
    float[] gains = new float[CHANNELS];
    float[] shifts = new float[CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
      gains[c] = random.nextFloat(0.8f, 1.25f);
      shifts[c] = (float) random.nextGaussian();
    }
    return new ChannelGains(gains, shifts);
  }

  private static float[] run(Node.Convolution conv, float[] x) {
    return new FloatExecutor(new FloatGraph("one", conv.input(), conv.output(), List.of(conv))).run(x);
  }

  private static ChannelMoments moments(Node.Convolution conv, List<byte[]> inputs) {
    ChannelMoments moments = new ChannelMoments(CHANNELS);
    inputs.forEach(bytes -> moments.add(run(conv, real(INPUT_GRID, bytes))));
    return moments;
  }

  private static float[] real(ActivationGrid grid, byte[] bytes) {
    float[] real = new float[bytes.length];
    for (int i = 0; i < real.length; i++) {
      real[i] = grid.real(bytes[i]);
    }
    return real;
  }

  private List<byte[]> inputs() {
    RandomGenerator pixels = Seeds.example(8);
    byte[][] inputs = new byte[PICTURES][input.shape().elements()];
    Arrays.stream(inputs).forEach(pixels::nextBytes);
    return List.of(inputs);
  }

  /** Rounds to few levels, and channel 0 to zeros. */
  private static Kernel coarse(Kernel kernel) {
    float[] values = kernel.values().clone();
    int perOutput = kernel.weightsPerOutput();
    for (int i = 0; i < values.length; i++) {
      values[i] = i < perOutput ? 0 : 0.08f * Math.round(values[i] / 0.08f);
    }
    return new Kernel(kernel.outputs(), kernel.inputs(), kernel.height(), kernel.width(), values);
  }

  private Node.Convolution convolution(Value from, Value to, int pad, Clamp clamp) {
    boolean whole = to.equals(scores);
    int height = whole ? from.shape().height() : 2 * pad + 1;
    int width = whole ? from.shape().width() : 2 * pad + 1;
    int channels = to.shape().channels();
    int inputs = from.shape().channels();
    float[] weights = new float[channels * inputs * height * width];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (random.nextGaussian() / Math.sqrt(2.0 * weights.length / channels));
    }
    float[] bias = new float[channels];
    for (int c = 0; c < channels; c++) {
      bias[c] = (float) random.nextGaussian();
    }
    return new Node.Convolution(
        to.name(),
        from,
        Optional.empty(),
        to,
        new Window(height, width, 1, 1, 1, 1, pad, pad, pad, pad),
        1,
        new Kernel(channels, inputs, height, width, weights),
        bias,
        new float[0],
        new float[0],
        clamp);
  }
}
