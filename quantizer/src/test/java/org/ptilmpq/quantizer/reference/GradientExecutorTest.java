package org.ptilmpq.quantizer.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import org.ptilmpq.testkit.Seeds;

class GradientExecutorTest {

  private static final double STEP = 1e-7;
  private static final int NETWORKS = 60;
  private static final int ELEMENTS = 12;

  private final RandomGenerator random = Seeds.random("GradientExecutorTest", 71);

  /** Gradient of log softmax of a class with respect to each convolution's own result. */
  private static Map<Node.Convolution, float[]> gradients(GradientExecutor executor, float[] picture, int label) {
    Map<Node.Convolution, float[]> gradients = new HashMap<>();
    try (GradientExecutor.Pass pass = executor.forward(picture)) {
      double[] p = Softmax.probabilities(pass.output());
      float[] seed = new float[p.length];
      for (int k = 0; k < p.length; k++) {
        seed[k] = (float) ((k == label ? 1 : 0) - p[k]);
      }
      pass.backward(seed, (conv, gradient) -> assertThat(gradients.put(conv, gradient.clone())).isNull());
    }
    return gradients;
  }

  @Test
  void gradientsMatchFiniteDifferences() {
    Set<Class<?>> kinds = new HashSet<>();
    int checked = 0;
    int kinks = 0;
    int large = 0;
    for (int network = 0; network < NETWORKS; network++) {
      FloatGraph graph = RandomNetwork.draw(random);
      graph = graph.withNodes(graph.nodes());
      graph.nodes().forEach(node -> kinds.add(node.getClass()));
      float[] picture = RandomNetwork.picture(graph, random);
      int label = random.nextInt(graph.output().shape().elements());
      Map<Node.Convolution, float[]> found = gradients(new GradientExecutor(graph), picture, label);
      assertThat(found.keySet()).isEqualTo(Set.copyOf(graph.convolutions()));
      DoubleNetwork truth = new DoubleNetwork(graph, picture);
      for (Node.Convolution conv : graph.convolutions()) {
        for (int i = 0; i < ELEMENTS; i++) {
          int element = random.nextInt(conv.output().shape().elements());
          double here = logProbability(truth, label, conv, element, 0);
          double up = (logProbability(truth, label, conv, element, STEP) - here) / STEP;
          double down = (here - logProbability(truth, label, conv, element, -STEP)) / STEP;
          checked++;
          if (Math.abs(up - down) > 1e-5) { // Two windows see the same: equal maxima have no derivative.
            kinks++;
            continue;
          }
          large += Math.abs(up) > 1e-3 ? 1 : 0;
          assertThat((double) found.get(conv)[element])
              .as("network %d, element %d of %s in %s", network, element, conv.name(), graph.nodes())
              .isCloseTo((up + down) / 2, offset(2e-6 + 1e-4 * Math.abs(up)));
        }
      }
    }
    assertThat(kinds).hasSize(Node.class.getPermittedSubclasses().length);
    assertThat(kinks).isLessThan(checked / 50);
    assertThat(large).isGreaterThan(checked / 4);
  }

  private static double logProbability(
      DoubleNetwork truth, int label, Node.Convolution changed, int element, double delta) {
    return truth.logProbabilities((conv, i) -> conv == changed && i == element ? delta : 0)[label];
  }

  /** Blocks of rows, several parts of a kernel, whole and broken tiles. */
  @Test
  void largeConvolutionsAreTransposed() {
    int[][] cases = {{600, 3, 40, 1, 1, 1}, {130, 33, 3, 3, 1, 1}, {48, 8, 3, 3, 2, 8}, {20, 40, 3, 2, 1, 4}};
    for (int[] c : cases) {
      int inputs = c[0];
      Window window = new Window(c[3], c[2] > 3 ? 1 : c[2], c[4], 1, 1, 2, 0, 1, 1, 0);
      if (c[3] == 1) {
        window = Window.pointwise();
      }
      transposes(new Shape(13, 17, inputs), c[1] * c[5], window, c[5]);
    }
  }

  /** ⟨A x, y⟩ = ⟨x, Aᵀ y⟩ for the linear part of a convolution. */
  private void transposes(Shape from, int outputs, Window window, int groups) {
    Value input = new Value("x", from);
    Value start = new Value("start", from);
    Shape to = new Shape(window.outputHeight(from.height()), window.outputWidth(from.width()), outputs);
    int inputs = from.channels() / groups;
    int weights = outputs * inputs * window.kernelHeight() * window.kernelWidth();
    Node.Convolution identity =
        new Node.Convolution(
            "start",
            input,
            Optional.empty(),
            start,
            Window.pointwise(),
            from.channels(),
            new Kernel(from.channels(), 1, 1, 1, ones(from.channels())),
            new float[from.channels()],
            new float[0],
            new float[0],
            Clamp.NONE);
    Node.Convolution conv =
        new Node.Convolution(
            "y",
            start,
            Optional.empty(),
            new Value("y", to),
            window,
            groups,
            new Kernel(outputs, inputs, window.kernelHeight(), window.kernelWidth(), floats(weights)),
            new float[outputs],
            new float[0],
            new float[0],
            Clamp.NONE);
    FloatGraph graph = new FloatGraph("linear", input, conv.output(), List.of(identity, conv));
    float[] x = floats(from.elements());
    float[] y = floats(to.elements());
    double[] products = new double[2];
    double[] size = new double[1];
    try (GradientExecutor.Pass pass = new GradientExecutor(graph).forward(x)) {
      for (int i = 0; i < y.length; i++) {
        products[0] += (double) pass.output()[i] * y[i];
      }
      pass.backward(
          y,
          (node, gradient) -> {
            for (int i = 0; node == identity && i < x.length; i++) {
              products[1] += (double) gradient[i] * x[i];
              size[0] += Math.abs((double) gradient[i] * x[i]);
            }
          });
    }
    assertThat(size[0]).isPositive();
    assertThat(products[1]).as("%s groups %d", window, groups).isCloseTo(products[0], offset(1e-6 * size[0]));
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private float[] floats(int count) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = random.nextFloat(-1, 1);
    }
    return floats;
  }

  @Test
  void equalMaximaGiveTheirGradientToTheFirst() {
    Value x = new Value("x", new Shape(2, 3, 1));
    Value a = new Value("a", x.shape());
    Value y = new Value("y", new Shape(1, 1, 1));
    Node.Convolution conv =
        new Node.Convolution(
            "a",
            x,
            Optional.empty(),
            a,
            Window.pointwise(),
            1,
            new Kernel(1, 1, 1, 1, new float[] {1}),
            new float[1],
            new float[0],
            new float[0],
            Clamp.NONE);
    FloatGraph graph =
        new FloatGraph("ties", x, y, List.of(conv, new Node.MaxPooling("y", a, y, Window.covering(2, 3))));
    try (GradientExecutor.Pass pass = new GradientExecutor(graph).forward(new float[] {1, 4, 2, 4, 3, 4})) {
      pass.backward(new float[] {5}, (node, gradient) -> assertThat(gradient).containsExactly(0, 5, 0, 0, 0, 0));
    }
  }

  @Test
  void forwardIsTheFloatExecutors() {
    FloatGraph graph = RandomNetwork.draw(random);
    float[] picture = RandomNetwork.picture(graph, random);
    try (GradientExecutor.Pass pass = new GradientExecutor(graph).forward(picture)) {
      assertThat(pass.output()).containsExactly(new FloatExecutor(graph).run(picture));
    }
  }

  @Test
  void threadsAndEarlierPicturesDoNotDisturb() {
    FloatGraph graph = RandomNetwork.draw(random);
    GradientExecutor executor = new GradientExecutor(graph);
    List<float[]> pictures = IntStream.range(0, 60).mapToObj(_ -> RandomNetwork.picture(graph, random)).toList();
    List<Map<Node.Convolution, float[]>> alone =
        pictures.stream().map(picture -> gradients(new GradientExecutor(graph), picture, 1)).toList();
    List<Map<Node.Convolution, float[]>> together =
        pictures.parallelStream().map(picture -> gradients(executor, picture, 1)).toList();
    for (int i = 0; i < alone.size(); i++) {
      for (Node.Convolution conv : alone.get(i).keySet()) {
        assertThat(together.get(i).get(conv)).containsExactly(alone.get(i).get(conv));
      }
    }
  }

  @Test
  void arraysOfAnotherSizeAreRefused() {
    FloatGraph graph = RandomNetwork.draw(random);
    GradientExecutor executor = new GradientExecutor(graph);
    assertThatIllegalArgumentException().isThrownBy(() -> executor.forward(new float[1]));
    try (GradientExecutor.Pass pass = executor.forward(RandomNetwork.picture(graph, random))) {
      assertThatIllegalArgumentException().isThrownBy(() -> pass.backward(new float[1], (conv, gradient) -> {}));
    }
  }
}
