package org.ptilmpq.quantizer.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.reference.DoubleNetwork;
import org.ptilmpq.quantizer.reference.GradientExecutor;
import org.ptilmpq.quantizer.reference.RandomNetwork;
import org.ptilmpq.quantizer.reference.Softmax;
import org.ptilmpq.testkit.Seeds;

class FisherImportanceTest {

  private final RandomGenerator random = Seeds.example(5);

  private List<float[]> pictures(FloatGraph graph, int count) {
    return IntStream.range(0, count).mapToObj(_ -> RandomNetwork.picture(graph, random)).toList();
  }

  private static Map<Node.Convolution, float[]> measure(
      FloatGraph graph, List<float[]> pictures, int draws, int threads) {
    try (OrderedWork work = new OrderedWork(threads)) {
      return FisherImportance.measure(graph, pictures.size(), pictures::get, draws, work, Progress.NONE);
    }
  }

  /** Returns Σ_k p_k (∂ log p_k)², class by class. */
  private static Map<Node.Convolution, double[]> exact(FloatGraph graph, List<float[]> pictures) {
    Map<Node.Convolution, double[]> sums = new HashMap<>();
    GradientExecutor executor = new GradientExecutor(graph);
    for (float[] picture : pictures) {
      try (GradientExecutor.Pass pass = executor.forward(picture)) {
        double[] p = Softmax.probabilities(pass.output());
        for (int k = 0; k < p.length; k++) {
          float[] seed = new float[p.length];
          for (int i = 0; i < p.length; i++) {
            seed[i] = (float) ((i == k ? 1 : 0) - p[i]);
          }
          double weight = p[k] / pictures.size();
          pass.backward(
              seed,
              (conv, gradient) -> {
                double[] sum = sums.computeIfAbsent(conv, c -> new double[c.kernel().outputs()]);
                for (int i = 0; i < gradient.length; i++) {
                  sum[i % sum.length] += weight * gradient[i] * gradient[i];
                }
              });
        }
      }
    }
    return sums;
  }

  @Test
  void drawsComeToTheExpectationOverClasses() {
    for (int network = 0; network < 10; network++) {
      FloatGraph graph = RandomNetwork.draw(random);
      List<float[]> pictures = pictures(graph, 3);
      Map<Node.Convolution, double[]> exact = exact(graph, pictures);
      Map<Node.Convolution, float[]> found = measure(graph, pictures, 500, 2);
      assertThat(found.keySet()).containsExactlyElementsOf(graph.convolutions());
      for (Node.Convolution conv : graph.convolutions()) {
        double[] expected = exact.getOrDefault(conv, new double[conv.kernel().outputs()]);
        double largest = Arrays.stream(expected).max().orElseThrow();
        for (int c = 0; c < expected.length; c++) {
          assertThat((double) found.get(conv)[c])
              .as("network %d, channel %d of %s", network, c, conv.name())
              .isCloseTo(expected[c], offset(0.02 * largest));
        }
      }
    }
  }

  /** The noise of 200 trials per picture; a χ² of few degrees of freedom, so that the mean is good to some per cent. */
  @Test
  void halfOfImportanceTimesNoiseIsTheDivergence() {
    for (int network = 0; network < 4; network++) {
      FloatGraph graph = RandomNetwork.draw(random);
      List<float[]> pictures = pictures(graph, 6);
      Map<Node.Convolution, float[]> importance = measure(graph, pictures, 200, 2);
      Map<Node.Convolution, double[]> sigmas = new HashMap<>();
      double predicted = 0;
      for (Node.Convolution conv : graph.convolutions()) {
        double[] sigma = random.doubles(conv.kernel().outputs(), 1e-5, 1e-3).toArray();
        sigmas.put(conv, sigma);
        for (int c = 0; c < sigma.length; c++) {
          predicted += 0.5 * importance.get(conv)[c] * sigma[c] * sigma[c];
        }
      }
      double measured = 0;
      int trials = 200;
      for (float[] picture : pictures) {
        DoubleNetwork truth = new DoubleNetwork(graph, picture);
        double[] clean = truth.logProbabilities((conv, element) -> 0);
        for (int trial = 0; trial < trials; trial++) {
          double[] noisy =
              truth.logProbabilities(
                  (conv, element) -> {
                    double[] sigma = sigmas.get(conv);
                    return random.nextGaussian(0, sigma[element % sigma.length]);
                  });
          for (int k = 0; k < clean.length; k++) {
            measured += Math.exp(clean[k]) * (clean[k] - noisy[k]) / (trials * pictures.size());
          }
        }
      }
      assertThat(predicted).isPositive();
      assertThat(measured).as("network %d: %s", network, graph.nodes()).isCloseTo(predicted, withinPercentage(15));
    }
  }

  @Test
  void threadsDoNotMatter() {
    FloatGraph graph = RandomNetwork.draw(random);
    List<float[]> pictures = pictures(graph, 17);
    Map<Node.Convolution, float[]> one = measure(graph, pictures, 2, 1);
    for (int threads = 2; threads <= 3; threads++) {
      Map<Node.Convolution, float[]> more = measure(graph, pictures, 2, threads);
      one.forEach((conv, expected) -> assertThat(more.get(conv)).containsExactly(expected));
    }
  }

  /** Returns one pointwise convolution of a 1 × 1 picture: scores with a bias, none of them from any other. */
  private static FloatGraph scores(float... bias) {
    Value x = new Value("x", new Shape(1, 1, 1));
    Value y = new Value("y", new Shape(1, 1, bias.length));
    Kernel kernel = new Kernel(bias.length, 1, 1, 1, new float[bias.length]);
    Node.Convolution conv =
        new Node.Convolution(
            "y", x, Optional.empty(), y, Window.pointwise(), 1, kernel, bias, new float[0], new float[0], Clamp.NONE);
    return new FloatGraph("scores", x, y, List.of(conv));
  }

  @Test
  void ofScoresItIsPTimesOneMinusP() {
    FloatGraph graph = scores((float) Math.log(1), (float) Math.log(2), (float) Math.log(5));
    float[] found = measure(graph, List.of(new float[1]), 1_000, 1).get(graph.convolutions().getFirst());
    assertThat(found).containsExactly(new float[] {7 / 64f, 12 / 64f, 15 / 64f}, offset(2e-3f));
  }

  /** The second class is the absence of the first. */
  @Test
  void ofASingleScoreToo() {
    FloatGraph graph = scores((float) Math.log(3));
    float[] found = measure(graph, List.of(new float[1]), 2, 1).get(graph.convolutions().getFirst());
    assertThat(found).containsExactly(new float[] {3 / 16f}, offset(1e-6f));
  }

  @Test
  void certainClassesHaveNone() {
    for (FloatGraph graph : List.of(scores(2_000), scores(0, 2_000, 5))) {
      float[] found = measure(graph, List.of(new float[1]), 2, 1).get(graph.convolutions().getFirst());
      assertThat(found).containsOnly(0);
    }
  }

  @Test
  void numbersThatAreNotFiniteAreNamed() {
    FloatGraph graph = scores(0, 1);
    assertThatThrownBy(() -> measure(graph, List.of(new float[1], new float[] {Float.NaN}), 1, 2))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("picture 1")
        .hasMessageContaining("'y'");
    assertThatIllegalArgumentException().isThrownBy(() -> measure(graph, List.of(), 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> measure(graph, List.of(new float[1]), 0, 1));
  }
}
