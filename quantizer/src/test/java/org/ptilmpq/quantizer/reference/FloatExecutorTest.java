package org.ptilmpq.quantizer.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Node.Convolution;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;
import org.ptilmpq.testkit.Seeds;

class FloatExecutorTest {

  private final RandomGenerator random = Seeds.random("FloatExecutorTest", 29);

  private float[] floats(int count) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = random.nextFloat(-1, 1);
    }
    return floats;
  }

  private Convolution convolution(
      String name, Value from, Optional<Value> residual, int outputs, Window window, int groups) {
    Shape shape = from.shape();
    int inputs = shape.channels() / groups;
    int height = window.kernelHeight();
    int width = window.kernelWidth();
    Shape to = new Shape(window.outputHeight(shape.height()), window.outputWidth(shape.width()), outputs);
    return new Convolution(
        name,
        from,
        residual,
        new Value(name, to),
        window,
        groups,
        new Kernel(outputs, inputs, height, width, floats(outputs * inputs * height * width)),
        floats(outputs),
        new float[0],
        new float[0],
        new Clamp(-0.75f, 1.5f));
  }

  /** Two convolutions with a residual, and a classifier. */
  private FloatGraph network() {
    Value x = new Value("x", new Shape(11, 9, 5));
    Convolution a = convolution("a", x, Optional.empty(), 8, new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1), 1);
    Convolution b =
        convolution("b", a.output(), Optional.of(a.output()), 8, new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1), 8);
    Convolution c = convolution("c", b.output(), Optional.empty(), 10, Window.covering(11, 9), 1);
    return new FloatGraph("network", x, c.output(), List.of(a, b, c));
  }

  @Test
  void convolutionsMatchTheirDefinition() {
    for (int inputs : new int[] {1, 3, 16, 130}) {
      for (int outputs : new int[] {1, 7, 32, 50}) {
        for (int side : new int[] {1, 3}) {
          Value x = new Value("x", new Shape(7, 13, inputs));
          matchesDefinition(convolution("y", x, Optional.empty(), outputs, Window.covering(side, side), 1));
        }
      }
    }
    Value x = new Value("x", new Shape(9, 12, 24));
    Window window = new Window(3, 2, 2, 1, 1, 3, 1, 2, 0, 1);
    for (int groups : new int[] {1, 2, 6, 24}) {
      matchesDefinition(convolution("y", x, Optional.empty(), 24, window, groups));
      matchesDefinition(convolution("y", x, Optional.empty(), 48, window, groups));
    }
  }

  private void matchesDefinition(Convolution convolution) {
    float[] input = floats(convolution.input().shape().elements());
    FloatGraph graph =
        new FloatGraph("one", convolution.input(), convolution.output(), List.of(convolution));
    float[] actual = new FloatExecutor(graph).run(input);
    Shape shape = convolution.output().shape();
    for (int i = 0; i < actual.length; i++) {
      int position = i / shape.channels();
      double expected =
          definition(convolution, input, position / shape.width(), position % shape.width(), i % shape.channels());
      assertThat(actual[i])
          .as("element %d of %s groups %d", i, convolution.window(), convolution.groups())
          .isCloseTo((float) expected, offset(1e-4f));
    }
  }

  /** One element of the output in double, from the formula. */
  private static double definition(Convolution convolution, float[] input, int row, int column, int out) {
    Kernel kernel = convolution.kernel();
    Window window = convolution.window();
    Shape from = convolution.input().shape();
    int group = out / (kernel.outputs() / convolution.groups());
    double sum = convolution.bias()[out];
    for (int in = 0; in < kernel.inputs(); in++) {
      for (int ky = 0; ky < kernel.height(); ky++) {
        for (int kx = 0; kx < kernel.width(); kx++) {
          int y = row * window.strideY() - window.padTop() + ky * window.dilationY();
          int x = column * window.strideX() - window.padLeft() + kx * window.dilationX();
          if (y >= 0 && y < from.height() && x >= 0 && x < from.width()) {
            int weight = ((out * kernel.inputs() + in) * kernel.height() + ky) * kernel.width() + kx;
            int element = (y * from.width() + x) * from.channels() + group * kernel.inputs() + in;
            sum += (double) kernel.values()[weight] * input[element];
          }
        }
      }
    }
    return convolution.clamp().apply((float) sum);
  }

  @Test
  void observersSeeEveryValueInOrder() {
    FloatGraph graph = network();
    float[] input = floats(graph.input().shape().elements());
    List<Value> seen = new ArrayList<>();
    float[] output =
        new FloatExecutor(graph)
            .run(
                input,
                (value, elements) -> {
                  assertThat(elements).hasSize(value.shape().elements());
                  seen.add(value);
                });
    assertThat(seen).isEqualTo(graph.values());
    assertThat(output).hasSize(10);
  }

  @Test
  void threadsDoNotDisturbEachOther() {
    FloatExecutor executor = new FloatExecutor(network());
    int elements = executor.graph().input().shape().elements();
    List<float[]> pictures = IntStream.range(0, 200).mapToObj(_ -> floats(elements)).toList();
    List<float[]> expected = pictures.stream().map(executor::run).toList();
    List<float[]> together = pictures.parallelStream().map(executor::run).toList();
    for (int i = 0; i < expected.size(); i++) {
      assertThat(together.get(i)).containsExactly(expected.get(i));
    }
  }

  @Test
  void inputOfAnotherSizeIsRefused() {
    FloatExecutor executor = new FloatExecutor(network());
    assertThatIllegalArgumentException().isThrownBy(() -> executor.run(new float[7]));
  }

  @Test
  void valuesNobodyNeedsMakeRoomForTheNext() {
    List<Node> chain = new ArrayList<>();
    Value x = new Value("x", new Shape(4, 4, 4));
    Value last = x;
    for (int i = 0; i < 20; i++) {
      Value next = new Value("v" + i, x.shape());
      chain.add(new Node.Activation("n" + i, last, next, Clamp.RELU));
      last = next;
    }
    FloatExecutor executor = new FloatExecutor(new FloatGraph("chain", x, last, chain));
    Set<float[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int run = 0; run < 3; run++) {
      executor.run(floats(64), (value, elements) -> arrays.add(value.equals(x) ? null : elements));
    }
    arrays.remove(null);
    assertThat(arrays).hasSize(2);
  }

  @Test
  void aGraphWithoutNodesGivesItsInput() {
    Value x = new Value("x", new Shape(1, 1, 3));
    FloatGraph graph = new FloatGraph("empty", x, x, List.of());
    assertThat(new FloatExecutor(graph).run(new float[] {1, 2, 3})).containsExactly(1, 2, 3);
  }
}
