package org.ptilmpq.quantizer.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.graph.Node.Activation;
import org.ptilmpq.quantizer.graph.Node.Addition;
import org.ptilmpq.quantizer.graph.Node.Convolution;
import org.ptilmpq.quantizer.graph.Node.MaxPooling;
import org.ptilmpq.quantizer.graph.Node.Padding;
import org.ptilmpq.quantizer.graph.Node.Slice;

class FloatGraphTest {

  private static final Shape SHAPE = new Shape(6, 5, 4);

  private static Value value(String name) {
    return new Value(name, SHAPE);
  }

  private static Activation relu(Value from, String to) {
    return new Activation("relu " + to, from, value(to), Clamp.RELU);
  }

  @Test
  void countsReadersAndDropsWhatNobodyNeeds() {
    Value x = value("x");
    Addition sum = new Addition("sum", x, x, value("s"), Clamp.NONE);
    FloatGraph graph = new FloatGraph("test", x, value("s"), List.of(relu(x, "unused"), sum));
    assertThat(graph.readers()).containsEntry(x, 3).containsEntry(value("s"), 1).doesNotContainKey(value("unused"));
    assertThat(graph.values()).containsExactly(x, value("unused"), value("s"));
    assertThat(graph.withNodes(graph.nodes()).nodes()).containsExactly(sum);
  }

  /** Each output channel, group by group, and each weight of it in the order of ONNX. */
  @Test
  void aWeightKnowsItsInputChannel() {
    for (int groups : new int[] {1, 2, 4}) {
      Kernel kernel = new Kernel(8, 4 / groups, 3, 2, new float[8 * 4 / groups * 6]);
      Value out = new Value("y", new Shape(4, 4, 8));
      Window window = Window.covering(3, 2);
      Convolution conv =
          new Convolution(
              "c", value("x"), Optional.empty(), out, window, groups, kernel, new float[8], new float[0], new float[0],
              Clamp.NONE);
      int weight = 0;
      for (int output = 0; output < 8; output++) {
        for (int input = 0; input < 4 / groups; input++) {
          for (int position = 0; position < 6; position++) {
            assertThat(conv.inputChannel(weight++)).isEqualTo(output / (8 / groups) * (4 / groups) + input);
          }
        }
      }
    }
  }

  @Test
  void refusesNodesOutOfOrder() {
    Value x = value("x");
    List<Node> backwards = List.of(relu(value("a"), "b"), relu(x, "a"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FloatGraph("test", x, value("b"), backwards))
        .withMessageContaining("reads 'a' (6×5×4) before it is computed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FloatGraph("test", x, value("a"), List.of(relu(x, "a"), relu(x, "a"))))
        .withMessageContaining("computed twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FloatGraph("test", x, value("z"), List.of(relu(x, "a"))))
        .withMessageContaining("the graph's output");
  }

  @Test
  void refusesShapesThatDoNotFit() {
    Value x = value("x");
    Value other = new Value("y", new Shape(6, 4, 4));
    assertThatIllegalArgumentException().isThrownBy(() -> new Addition("n", x, x, other, Clamp.NONE));
    assertThatIllegalArgumentException().isThrownBy(() -> new Activation("n", x, other, Clamp.RELU));
    assertThatIllegalArgumentException().isThrownBy(() -> new Padding("n", x, other, 0, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Slice("n", x, other, 0, 2, 0, 1, 1, 1));
    assertThat(new Slice("n", x, other, 0, 1, 0, 1, 1, 1).output()).isEqualTo(other);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MaxPooling("n", x, other, new Window(1, 2, 1, 1, 1, 1, 0, 0, 0, 2)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> convolution(x, other, 4, 1, new Window(1, 3, 1, 1, 1, 1, 0, 0, 0, 0)));
    Convolution grouped = convolution(x, other, 2, 2, new Window(1, 2, 1, 1, 1, 1, 0, 0, 0, 0));
    assertThat(grouped.multiplyAccumulates()).isEqualTo(6 * 4 * 4 * 2 * 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> convolution(x, other, 4, 2, new Window(1, 2, 1, 1, 1, 1, 0, 0, 0, 0)))
        .withMessageContaining("input channels");
  }

  private static Convolution convolution(Value from, Value to, int inputs, int groups, Window window) {
    int outputs = to.shape().channels();
    int positions = window.kernelHeight() * window.kernelWidth();
    Kernel kernel =
        new Kernel(
            outputs,
            inputs,
            window.kernelHeight(),
            window.kernelWidth(),
            new float[outputs * inputs * positions]);
    float[] bias = new float[outputs];
    return new Convolution(
        "n", from, Optional.empty(), to, window, groups, kernel, bias, new float[0], new float[0], Clamp.NONE);
  }

  @Test
  void clampsFollowOneAnother() {
    assertThat(Clamp.NONE.then(Clamp.RELU)).isEqualTo(Clamp.RELU);
    assertThat(Clamp.RELU6.then(new Clamp(1, 9))).isEqualTo(new Clamp(1, 6));
    assertThat(Clamp.RELU.then(new Clamp(-3, -1))).isEqualTo(new Clamp(-1, -1));
    assertThat(Clamp.NONE.isNone()).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> new Clamp(1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Clamp(Float.NaN, 0));
  }

  @Test
  void kernelWithChannelsLast() {
    Kernel kernel = new Kernel(1, 2, 1, 3, new float[] {1, 2, 3, 4, 5, 6});
    assertThat(kernel.channelsLast()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThatIllegalArgumentException().isThrownBy(() -> new Kernel(1, 2, 1, 3, new float[5]));
  }
}
