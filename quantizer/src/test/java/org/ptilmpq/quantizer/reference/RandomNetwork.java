package org.ptilmpq.quantizer.reference;

import java.util.ArrayList;
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

/**
 * Draws small classifiers of every kind of node, with odd windows, groups, residuals and values that are read several
 * times; each starts with a convolution and ends with a fully connected layer.
 */
public final class RandomNetwork {

  private static final int STEPS = 9;
  private static final int CLASSES = 5;
  private static final Clamp[] CLAMPS = {Clamp.NONE, Clamp.RELU, new Clamp(0, 0.7f), new Clamp(-0.4f, 0.5f)};

  private final RandomGenerator random;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Value> values = new ArrayList<>();

  private RandomNetwork(RandomGenerator random) {
    this.random = random;
  }

  /** A network, and nothing else of the generator's state matters to it. */
  public static FloatGraph draw(RandomGenerator random) {
    return new RandomNetwork(random).graph();
  }

  /** Draws the elements of an input for a network. */
  public static float[] picture(FloatGraph graph, RandomGenerator random) {
    float[] picture = new float[graph.input().shape().elements()];
    for (int i = 0; i < picture.length; i++) {
      picture[i] = (float) random.nextGaussian();
    }
    return picture;
  }

  private FloatGraph graph() {
    Value input = new Value("x", new Shape(random.nextInt(6, 10), random.nextInt(6, 10), random.nextInt(1, 5)));
    values.add(input);
    convolution(input, random.nextInt(3, 9), 1);
    for (int step = 0; step < STEPS; step++) {
      Value from = values.get(random.nextInt(Math.max(1, values.size() - 3), values.size()));
      switch (random.nextInt(9)) {
        case 0 -> convolution(from, random.nextInt(1, 9), 1);
        case 1 -> convolution(from, from.shape().channels(), from.shape().channels());
        case 2 -> convolution(from, 2 * from.shape().channels(), from.shape().channels());
        case 3 -> convolution(from, 6, from.shape().channels() % 2 == 0 ? 2 : 1);
        case 4 -> addition(from);
        case 5 -> pooling(from, true);
        case 6 -> pooling(from, false);
        case 7 -> slice(from);
        default -> padding(from);
      }
    }
    Value last = values.getLast();
    add(convolutionNode(last, CLASSES, 1, Window.covering(last.shape().height(), last.shape().width()), Clamp.NONE));
    return new FloatGraph("random", input, values.getLast(), nodes);
  }

  private void add(Node node) {
    nodes.add(node);
    values.add(node.output());
  }

  private String name() {
    return "v" + nodes.size();
  }

  private Clamp clamp() {
    return CLAMPS[random.nextInt(CLAMPS.length)];
  }

  private void convolution(Value from, int outputs, int groups) {
    add(convolutionNode(from, outputs, groups, window(from.shape(), true), clamp()));
  }

  private Node convolutionNode(Value from, int outputs, int groups, Window window, Clamp clamp) {
    int inputs = from.shape().channels() / groups;
    int weights = inputs * window.kernelHeight() * window.kernelWidth();
    Value to = new Value(name(), shape(from.shape(), window, outputs));
    List<Value> alike = values.stream().filter(value -> value.shape().equals(to.shape())).toList();
    Optional<Value> residual =
        alike.isEmpty() ? Optional.empty() : Optional.of(alike.get(random.nextInt(alike.size())));
    float[] bias = new float[outputs];
    float[] kernel = new float[outputs * weights];
    for (int i = 0; i < outputs; i++) {
      bias[i] = (float) random.nextGaussian(0, 0.3);
    }
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = (float) random.nextGaussian(0, 1 / Math.sqrt(weights));
    }
    return new Node.Convolution(
        to.name(),
        from,
        residual,
        to,
        window,
        groups,
        new Kernel(outputs, inputs, window.kernelHeight(), window.kernelWidth(), kernel),
        bias,
        new float[0],
        new float[0],
        clamp);
  }

  private static Shape shape(Shape from, Window window, int channels) {
    return new Shape(window.outputHeight(from.height()), window.outputWidth(from.width()), channels);
  }

  /** A window that fits; one in three is pointwise. */
  private Window window(Shape from, boolean dilated) {
    if (random.nextInt(3) == 0) {
      return Window.pointwise();
    }
    while (true) {
      int height = random.nextInt(1, 4);
      int width = random.nextInt(1, 4);
      Window window =
          new Window(
              height,
              width,
              random.nextInt(1, 3),
              random.nextInt(1, 3),
              dilated ? random.nextInt(1, 3) : 1,
              dilated ? random.nextInt(1, 3) : 1,
              random.nextInt(height),
              random.nextInt(width),
              random.nextInt(height),
              random.nextInt(width));
      if (window.outputHeight(from.height()) > 0 && window.outputWidth(from.width()) > 0) {
        return window;
      }
    }
  }

  private void addition(Value from) {
    List<Value> alike = values.stream().filter(value -> value.shape().equals(from.shape())).toList();
    Value other = alike.get(random.nextInt(alike.size()));
    add(new Node.Addition(name(), from, other, new Value(name(), from.shape()), clamp()));
    add(new Node.Activation(name(), values.getLast(), new Value(name(), from.shape()), clamp()));
  }

  private void pooling(Value from, boolean max) {
    Window window = window(from.shape(), false);
    Value to = new Value(name(), shape(from.shape(), window, from.shape().channels()));
    add(
        max
            ? new Node.MaxPooling(name(), from, to, window)
            : new Node.AveragePooling(name(), from, to, window, random.nextBoolean(), clamp()));
  }

  private void slice(Value from) {
    int[] extents = {from.shape().height(), from.shape().width(), from.shape().channels()};
    int[] starts = new int[3];
    int[] strides = new int[3];
    int[] lengths = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      strides[axis] = random.nextInt(1, 3);
      starts[axis] = random.nextInt(Math.min(2, extents[axis]));
      lengths[axis] = (extents[axis] - starts[axis] - 1) / strides[axis] + 1;
    }
    Value to = new Value(name(), new Shape(lengths[0], lengths[1], lengths[2]));
    add(
        new Node.Slice(
            name(), from, to, starts[0], starts[1], starts[2], strides[0], strides[1], strides[2]));
  }

  private void padding(Value from) {
    Shape shape = from.shape();
    int top = random.nextInt(2);
    int left = random.nextInt(2);
    int front = random.nextInt(3);
    Shape padded =
        new Shape(
            shape.height() + top + random.nextInt(2),
            shape.width() + left + random.nextInt(2),
            shape.channels() + front + random.nextInt(3));
    add(new Node.Padding(name(), from, new Value(name(), padded), top, left, front));
  }
}
