package org.ptilmpq.quantizer.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
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
import org.ptilmpq.quantizer.secondorder.SecondMoments;
import org.ptilmpq.testkit.Seeds;

/** Validation pictures run through the network, nothing is learned from them, and they decide how far drift counts. */
class ValidationPicturesTest {

  private static final int PICTURES = 24;
  private static final int VALIDATION = 9;
  private static final int SIDE = 5;
  private static final ActivationGrid GRID = ActivationGrid.covering(-4, 4);

  private final RandomGenerator random = Seeds.example(11);
  private final OrderedWork work = new OrderedWork(2);
  private final Value input = new Value("input", new Shape(SIDE, SIDE, 4));
  private final Value middle = new Value("middle", new Shape(SIDE, SIDE, 6));
  private final Value scores = new Value("scores", new Shape(SIDE, SIDE, 7));
  private final Node.Convolution first = convolution(input, middle);
  private final Node.Convolution second = convolution(middle, scores);
  private final FloatGraph graph = new FloatGraph("two layers", input, scores, List.of(first, second));
  private final List<byte[]> pictures = pictures();

  @AfterEach
  void close() {
    work.close();
  }

  @Test
  void momentsAndSamplesAreThoseOfTheOthers() {
    QuantizedPrefix all = prefix(pictures, VALIDATION);
    QuantizedPrefix others = prefix(pictures.subList(VALIDATION, PICTURES), 0);
    ChannelMoments ofAll = take(all, first.kernel());
    ChannelMoments ofOthers = take(others, first.kernel());
    for (int c = 0; c < ofAll.channels(); c++) {
      assertThat(ofAll.mean(c)).isEqualTo(ofOthers.mean(c));
      assertThat(ofAll.variance(c)).isEqualTo(ofOthers.variance(c));
    }
    SecondMoments.Moments sampled = sample(all, ofAll);
    assertThat(sampled.count()).isEqualTo((PICTURES - VALIDATION) * SIDE * SIDE);
    assertThat(sampled.matrix()).isEqualTo(sample(others, ofAll).matrix());
    assertThat(all.real(middle, 0)).hasSize(middle.shape().elements());
  }

  /** The share is that of the least squared error on the validation pictures, leaving means out. */
  @Test
  void driftIsFollowedAsFarAsTheyConfirmIt() {
    QuantizedPrefix exact = prefix(pictures, VALIDATION);
    QuantizedPrefix quantized = prefix(pictures, VALIDATION);
    take(exact, first.kernel());
    take(quantized, disturbed(first.kernel(), 0.3));
    float[] weights = second.kernel().channelsLast();
    int confirmed = 0;
    for (int trial = 0; trial < 20; trial++) {
      float[] amended = disturbed(second.kernel(), 0.2).channelsLast();
      double share = DriftShare.of(second, amended, quantized, exact, work);
      assertThat(share).isBetween(0.0, 1.0);
      double least = error(weights, amended, share, quantized, exact);
      for (double other : new double[] {0, share - 0.01, share + 0.01, 1}) {
        if (other >= 0 && other <= 1) {
          assertThat(error(weights, amended, other, quantized, exact)).isGreaterThanOrEqualTo(least * (1 - 1e-5));
        }
      }
      confirmed += share > 0.01 && share < 0.99 ? 1 : 0;
    }
    assertThat(confirmed).as("shares that are not on an end").isPositive();
    assertThat(DriftShare.of(second, weights, quantized, exact, work)).isZero();
  }

  @Test
  void withoutThemDriftIsNotFollowed() {
    QuantizedPrefix exact = prefix(pictures, 0);
    QuantizedPrefix quantized = prefix(pictures, 0);
    take(exact, first.kernel());
    take(quantized, disturbed(first.kernel(), 0.3));
    for (int trial = 0; trial < 5; trial++) {
      float[] amended = disturbed(second.kernel(), 0.2).channelsLast();
      assertThat(DriftShare.of(second, amended, quantized, exact, work)).isZero();
    }
  }

  @Test
  void aTrialKeepsAnEighthOfItsPicturesForThem() {
    Calibration all = calibration(pictures, VALIDATION);
    Calibration some = all.some(16);
    assertThat(some.validation()).isEqualTo(2);
    assertThat(some.pixels()).containsExactlyElementsOf(pictures.subList(VALIDATION - 2, VALIDATION + 14));
    assertThat(all.some(100).pixels()).containsExactlyElementsOf(pictures);
    assertThat(all.some(100).validation()).isEqualTo(VALIDATION);
    assertThat(calibration(pictures, 0).some(7).pixels()).containsExactlyElementsOf(pictures.subList(0, 7));
  }

  private double error(
      float[] weights, float[] amended, double share, QuantizedPrefix quantized, QuantizedPrefix exact) {
    float[] mixed = new float[weights.length];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = (float) (weights[i] + share * (amended[i] - weights[i]));
    }
    int channels = scores.shape().channels();
    double[] sums = new double[channels];
    double squares = 0;
    for (int picture = 0; picture < VALIDATION; picture++) {
      float[] wanted = run(weights, exact.real(middle, picture));
      float[] found = run(mixed, quantized.real(middle, picture));
      for (int i = 0; i < wanted.length; i++) {
        double difference = wanted[i] - found[i];
        sums[i % channels] += difference;
        squares += difference * difference;
      }
    }
    for (double sum : sums) {
      squares -= sum * sum / (VALIDATION * SIDE * SIDE);
    }
    return squares;
  }

  private float[] run(float[] weights, float[] x) {
    Kernel kernel = second.kernel();
    Kernel other = Kernel.ofChannelsLast(kernel.outputs(), kernel.inputs(), kernel.height(), kernel.width(), weights);
    Node.Convolution conv = second.bare(scores, other);
    return new FloatExecutor(new FloatGraph("one", middle, scores, List.of(conv))).run(x);
  }

  private ChannelMoments take(QuantizedPrefix prefix, Kernel kernel) {
    ChannelMoments[] moments = new ChannelMoments[1];
    prefix.take(
        0,
        kernel,
        (found, unseen) -> {
          moments[0] = found;
          return ChannelGains.none(found.channels());
        });
    return moments[0];
  }

  private SecondMoments.Moments sample(QuantizedPrefix prefix, ChannelMoments inputs) {
    return new InputSampler(prefix, work, SIDE * SIDE, 3).sample(second, inputs, PICTURES)[0];
  }

  private QuantizedPrefix prefix(List<byte[]> pixels, int validation) {
    Map<Value, ActivationGrid> grids = Map.of(input, GRID, middle, GRID);
    return new QuantizedPrefix(graph, grids, calibration(pixels, validation), pixels.size(), work);
  }

  private static Calibration calibration(List<byte[]> pixels, int validation) {
    return new Calibration(Map.of(), Map.of(), Map.of(), pixels, validation, pixels.size(), List.of());
  }

  private List<byte[]> pictures() {
    List<byte[]> made = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      byte[] bytes = new byte[input.shape().elements()];
      random.nextBytes(bytes);
      made.add(bytes);
    }
    return made;
  }

  private Kernel disturbed(Kernel kernel, double deviation) {
    float[] values = kernel.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (deviation * random.nextGaussian());
    }
    return new Kernel(kernel.outputs(), kernel.inputs(), kernel.height(), kernel.width(), values);
  }

  private Node.Convolution convolution(Value from, Value to) {
    int channels = to.shape().channels();
    float[] weights = new float[channels * from.shape().channels() * 9];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (random.nextGaussian() / 6);
    }
    return new Node.Convolution(
        to.name(),
        from,
        Optional.empty(),
        to,
        new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1),
        1,
        new Kernel(channels, from.shape().channels(), 3, 3, weights),
        new float[channels],
        new float[0],
        new float[0],
        Clamp.NONE);
  }
}
