package org.ptilmpq.quantizer.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.ptilmpq.quantizer.reference.FloatExecutor;

/** Builds small graphs whose values are all 5 × 4 × 3, node by node, for the tests of passes. */
final class Graphs {

  private static final Shape SHAPE = new Shape(5, 4, 3);
  private static final Window SAME_3X3 = new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1);

  private final RandomGenerator random;
  private final List<Node> nodes = new ArrayList<>();
  private final Value input = new Value("x", SHAPE);

  Graphs(RandomGenerator random) {
    this.random = random;
  }

  Value input() {
    return input;
  }

  /** A 3×3 convolution with random weights. */
  Value convolution(Value from, String to) {
    return add(
        new Node.Convolution(
            to,
            from,
            Optional.empty(),
            value(to),
            SAME_3X3,
            1,
            kernel(3, 3),
            floats(3),
            new float[0],
            new float[0],
            Clamp.NONE));
  }

  /** A batch normalization as the reader makes it. */
  Value scaling(Value from, String to) {
    return scaling(from, to, floats(3), floats(3));
  }

  /** A factor and a summand per channel. */
  Value plainScaling(Value from, String to) {
    return scaling(from, to, new float[0], new float[0]);
  }

  private Value scaling(Value from, String to, float[] normScale, float[] normShift) {
    return add(
        new Node.Convolution(
            to,
            from,
            Optional.empty(),
            value(to),
            Window.pointwise(),
            3,
            kernel(1, 1),
            floats(3),
            normScale,
            normShift,
            Clamp.NONE));
  }

  Value activation(Value from, Clamp clamp, String to) {
    return add(new Node.Activation(to, from, value(to), clamp));
  }

  Value sum(Value left, Value right, String to) {
    return add(new Node.Addition(to, left, right, value(to), Clamp.NONE));
  }

  Value add(Node node) {
    nodes.add(node);
    return node.output();
  }

  FloatGraph graph(Value output) {
    return new FloatGraph("test", input, output, nodes);
  }

  private static Value value(String name) {
    return new Value(name, SHAPE);
  }

  private Kernel kernel(int inputs, int side) {
    return new Kernel(3, inputs, side, side, floats(3 * inputs * side * side));
  }

  private float[] floats(int count) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = random.nextFloat(-1, 1);
    }
    return floats;
  }

  /** Applies a pass and checks that the graph still computes what it did. */
  FloatGraph apply(UnaryOperator<FloatGraph> pass, FloatGraph graph) {
    FloatGraph changed = pass.apply(graph);
    float[] picture = floats(graph.input().shape().elements());
    float[] before = new FloatExecutor(graph).run(picture);
    float[] after = new FloatExecutor(changed).run(picture);
    assertThat(changed.output()).isEqualTo(graph.output());
    assertThat(after).containsExactly(before, offset(1e-5f));
    return changed;
  }
}
