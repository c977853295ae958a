package org.ptilmpq.quantizer.prepare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;

/** Puts together networks whose channels are of very unequal sizes, node by node. */
final class UnequalChannels {

  private final RandomGenerator random;
  private final List<Node> nodes = new ArrayList<>();
  private final Value input = new Value("x", new Shape(9, 8, 3));

  UnequalChannels(RandomGenerator random) {
    this.random = random;
  }

  Value input() {
    return input;
  }

  FloatGraph graph() {
    return new FloatGraph("unequal", input, nodes.getLast().output(), nodes);
  }

  /** Adds a convolution that keeps height and width; the sizes of its channels differ up to 64-fold. */
  Value convolution(String name, Value from, int outputs, int side, Clamp clamp) {
    return convolution(name, from, Optional.empty(), sizes(outputs), side, 1, clamp);
  }

  /** Adds such a convolution with a residual. */
  Value residual(String name, Value from, Value residual, int side, Clamp clamp) {
    return convolution(name, from, Optional.of(residual), sizes(residual.shape().channels()), side, 1, clamp);
  }

  /** Adds a depthwise convolution, 3×3. */
  Value depthwise(String name, Value from, int outputsPerInput, Clamp clamp) {
    int inputs = from.shape().channels();
    return convolution(name, from, Optional.empty(), sizes(outputsPerInput * inputs), 3, inputs, clamp);
  }

  /** Adds a convolution whose channels have these sizes, 3×3; a channel of size 0 is always 0. */
  Value convolution(String name, Value from, double[] sizes, Clamp clamp) {
    return convolution(name, from, Optional.empty(), sizes, 3, 1, clamp);
  }

  /** Adds a fully connected layer. */
  Value scores(Value from) {
    Shape shape = from.shape();
    Window window = Window.covering(shape.height(), shape.width());
    return add(convolution("scores", from, Optional.empty(), new double[] {1, 1, 1, 1, 1}, window, 1, Clamp.NONE));
  }

  Value sum(String name, Value left, Value right, Clamp clamp) {
    return add(new Node.Addition(name, left, right, new Value(name, left.shape()), clamp));
  }

  Value activation(String name, Value from, Clamp clamp) {
    return add(new Node.Activation(name, from, new Value(name, from.shape()), clamp));
  }

  /** Adds a pooling with windows of 2×2 that don't overlap. */
  Value maxPooling(String name, Value from) {
    Window window = new Window(2, 2, 2, 2, 1, 1, 0, 0, 0, 0);
    return add(new Node.MaxPooling(name, from, pooled(name, from, window), window));
  }

  /** Adds a pooling with windows of 3×3 that reach outside. */
  Value averagePooling(String name, Value from) {
    Window window = new Window(3, 3, 2, 2, 1, 1, 1, 1, 1, 1);
    return add(new Node.AveragePooling(name, from, pooled(name, from, window), window, true, Clamp.NONE));
  }

  Value globalAverage(String name, Value from) {
    Window window = Window.covering(from.shape().height(), from.shape().width());
    return add(new Node.AveragePooling(name, from, pooled(name, from, window), window, false, Clamp.NONE));
  }

  /** Adds a slice of every second position and some of the channels. */
  Value slice(String name, Value from, int startC, int strideC, int channels) {
    Shape shape = new Shape((from.shape().height() + 1) / 2, (from.shape().width() + 1) / 2, channels);
    return add(new Node.Slice(name, from, new Value(name, shape), 0, 0, startC, 2, 2, strideC));
  }

  /** Adds zeros on all sides, and before and after the channels. */
  Value padding(String name, Value from, int front, int back) {
    Shape shape = from.shape();
    Shape padded = new Shape(shape.height() + 2, shape.width() + 3, front + shape.channels() + back);
    return add(new Node.Padding(name, from, new Value(name, padded), 1, 2, front));
  }

  private Value convolution(
      String name, Value from, Optional<Value> residual, double[] sizes, int side, int groups, Clamp clamp) {
    int pad = side / 2;
    Window window = new Window(side, side, 1, 1, 1, 1, pad, pad, pad, pad);
    return add(convolution(name, from, residual, sizes, window, groups, clamp));
  }

  private Node convolution(
      String name, Value from, Optional<Value> residual, double[] sizes, Window window, int groups, Clamp clamp) {
    Shape shape = from.shape();
    int outputs = sizes.length;
    int inputs = shape.channels() / groups;
    int perOutput = inputs * window.kernelHeight() * window.kernelWidth();
    float[] weights = new float[outputs * perOutput];
    float[] bias = new float[outputs];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (sizes[i / perOutput] * random.nextGaussian() / Math.sqrt(perOutput));
    }
    for (int out = 0; out < outputs; out++) {
      bias[out] = (float) (sizes[out] * random.nextGaussian(0.3, 0.3));
    }
    Value to =
        new Value(name, new Shape(window.outputHeight(shape.height()), window.outputWidth(shape.width()), outputs));
    Kernel kernel = new Kernel(outputs, inputs, window.kernelHeight(), window.kernelWidth(), weights);
    return new Node.Convolution(
        name, from, residual, to, window, groups, kernel, bias, new float[0], new float[0], clamp);
  }

  private static Value pooled(String name, Value from, Window window) {
    Shape shape = from.shape();
    return new Value(
        name, new Shape(window.outputHeight(shape.height()), window.outputWidth(shape.width()), shape.channels()));
  }

  private double[] sizes(int count) {
    double[] sizes = new double[count];
    Arrays.setAll(sizes, i -> Math.pow(2, random.nextDouble(-3, 3)));
    return sizes;
  }

  private Value add(Node node) {
    nodes.add(node);
    return node.output();
  }
}
