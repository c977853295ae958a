package org.ptilmpq.quantizer.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.calibration.OutputDivergence.Candidate;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.reference.DoubleNetwork;
import org.ptilmpq.quantizer.reference.FloatExecutor;
import org.ptilmpq.quantizer.reference.RandomNetwork;
import org.ptilmpq.quantizer.reference.Softmax;
import org.ptilmpq.testkit.Seeds;

class OutputDivergenceTest {

  private final RandomGenerator random = Seeds.example(43);

  private List<float[]> pictures(FloatGraph graph, int count) {
    return IntStream.range(0, count).mapToObj(_ -> RandomNetwork.picture(graph, random)).toList();
  }

  private static double[] measure(
      FloatGraph graph, List<float[]> pictures, List<Candidate> candidates, int threads) {
    try (OrderedWork work = new OrderedWork(threads)) {
      return OutputDivergence.measure(graph, pictures.size(), pictures::get, candidates, work, Progress.NONE);
    }
  }

  private static Kernel like(Kernel kernel, float[] values) {
    return new Kernel(kernel.outputs(), kernel.inputs(), kernel.height(), kernel.width(), values);
  }

  /** Returns layers with other weights, gains and shifts, two per layer and in any order. */
  private List<Candidate> candidates(FloatGraph graph) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      for (Node.Convolution conv : graph.convolutions()) {
        float[] weights = conv.kernel().values().clone();
        float[] gain = new float[conv.kernel().outputs()];
        float[] shift = new float[gain.length];
        for (int k = 0; k < weights.length; k++) {
          weights[k] += (float) random.nextGaussian(0, 0.2);
        }
        for (int c = 0; c < gain.length; c++) {
          gain[c] = random.nextFloat(0.8f, 1.25f);
          shift[c] = random.nextFloat(-0.2f, 0.2f);
        }
        candidates.add(new Candidate(conv, like(conv.kernel(), weights), gain, shift));
      }
    }
    return candidates;
  }

  @Test
  void itIsTheDivergenceOfWholeRuns() {
    int changed = 0;
    int all = 0;
    for (int network = 0; network < 30; network++) {
      FloatGraph graph = RandomNetwork.draw(random);
      List<float[]> pictures = pictures(graph, 3);
      List<Candidate> candidates = candidates(graph);
      double[] found = measure(graph, pictures, candidates, 2);
      assertThat(found).hasSameSizeAs(candidates);
      FloatExecutor original = new FloatExecutor(graph);
      for (int i = 0; i < found.length; i++) {
        Candidate candidate = candidates.get(i);
        List<Node> nodes = new ArrayList<>(graph.nodes());
        nodes.replaceAll(node -> node.equals(candidate.layer()) ? candidate.convolution() : node);
        FloatExecutor replaced =
            new FloatExecutor(new FloatGraph("replaced", graph.input(), graph.output(), nodes));
        double sum = 0;
        for (float[] picture : pictures) {
          sum += Softmax.divergence(original.run(picture), replaced.run(picture));
        }
        assertThat(found[i]).as("network %d, %s", network, candidate.layer().name()).isEqualTo(sum / 3);
        all++;
        changed += found[i] > 0 ? 1 : 0;
      }
    }
    assertThat(changed).isGreaterThan(all / 2);
  }

  @Test
  void gainAndShiftAreOfTheLayersOwnResult() {
    for (int network = 0; network < 10; network++) {
      FloatGraph graph = RandomNetwork.draw(random);
      float[] picture = RandomNetwork.picture(graph, random);
      DoubleNetwork truth = new DoubleNetwork(graph, picture);
      double[] clean = truth.logProbabilities((conv, element) -> 0);
      Node.Convolution layer = graph.convolutions().get(random.nextInt(graph.convolutions().size()));
      Candidate plain = Candidate.of(layer, layer.kernel());
      float[] shift = new float[layer.kernel().outputs()];
      for (int c = 0; c < shift.length; c++) {
        shift[c] = random.nextFloat(-0.5f, 0.5f);
      }
      double[] shifted =
          truth.logProbabilities((conv, element) -> conv == layer ? shift[element % shift.length] : 0);
      double expected = 0;
      for (int k = 0; k < clean.length; k++) {
        expected += Math.exp(clean[k]) * (clean[k] - shifted[k]);
      }
      double[] found =
          measure(
              graph,
              List.of(picture),
              List.of(
                  plain,
                  new Candidate(layer, layer.kernel(), plain.gain(), shift),
                  new Candidate(layer, scaled(layer.kernel(), 2), filled(shift.length, 0.5f), halfBias(layer))),
              1);
      assertThat(found[0]).isZero();
      assertThat(found[1]).isCloseTo(expected, offset(1e-5));
      assertThat(found[2]).isCloseTo(0, offset(1e-9));
    }
  }

  private static Kernel scaled(Kernel kernel, float factor) {
    float[] values = kernel.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return like(kernel, values);
  }

  private static float[] filled(int count, float value) {
    float[] filled = new float[count];
    Arrays.fill(filled, value);
    return filled;
  }

  /** Returns the half of the bias that a gain of ½ takes away. */
  private static float[] halfBias(Node.Convolution conv) {
    float[] half = conv.bias().clone();
    for (int c = 0; c < half.length; c++) {
      half[c] /= 2;
    }
    return half;
  }

  @Test
  void threadsDoNotMatter() {
    FloatGraph graph = RandomNetwork.draw(random);
    List<float[]> pictures = pictures(graph, 15);
    List<Candidate> candidates = candidates(graph);
    double[] one = measure(graph, pictures, candidates, 1);
    assertThat(measure(graph, pictures, candidates, 2)).containsExactly(one);
    assertThat(measure(graph, pictures, candidates, 3)).containsExactly(one);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    FloatGraph graph = RandomNetwork.draw(random);
    FloatGraph other = RandomNetwork.draw(random);
    List<float[]> pictures = pictures(graph, 2);
    Node.Convolution layer = graph.convolutions().getFirst();
    Node.Convolution stranger = other.convolutions().getLast();
    int outputs = layer.kernel().outputs();
    Kernel wrong = new Kernel(1, 1, 1, 2, new float[2]);
    assertThatIllegalArgumentException().isThrownBy(() -> Candidate.of(layer, wrong));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Candidate(layer, layer.kernel(), new float[outputs + 1], new float[outputs]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> measure(graph, pictures, List.of(Candidate.of(stranger, stranger.kernel())), 1));
    assertThatIllegalArgumentException().isThrownBy(() -> measure(graph, List.of(), List.of(), 1));
    assertThat(measure(graph, pictures, List.of(), 1)).isEmpty();
  }

  @Test
  void scoresThatAreNotFiniteAreNamed() {
    FloatGraph graph = RandomNetwork.draw(random);
    Node.Convolution last = graph.convolutions().getLast();
    Kernel broken = scaled(last.kernel(), Float.NaN);
    assertThatThrownBy(() -> measure(graph, pictures(graph, 2), List.of(Candidate.of(last, broken)), 1))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("picture 0")
        .hasMessageContaining("'" + last.name() + "'");
  }
}
