package org.ptilmpq.quantizer.datafree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Passes;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;
import org.ptilmpq.quantizer.reference.FloatExecutor;

/**
 * A small residual network with random weights whose batch norms tell the truth about the pictures it was "trained" on:
 * a stem, a residual block, max pooling, slice and padding, a depthwise convolution with ReLU6, global average, and a
 * dense layer without a norm.
 */
final class NormedNetwork {

  static final int SIDE = 12;

  private final RandomGenerator random;
  private final List<Node> nodes = new ArrayList<>();
  private final Value input = new Value("input", new Shape(SIDE, SIDE, 3));

  private NormedNetwork(RandomGenerator random) {
    this.random = random;
  }

  /** The network as it comes out of the passes, its norms fitted to these pictures; no norms without pictures. */
  static FloatGraph trained(RandomGenerator random, List<float[]> pictures) {
    NormedNetwork network = new NormedNetwork(random);
    FloatGraph graph = network.build();
    return Passes.simplify(pictures.isEmpty() ? graph : fitted(graph, pictures));
  }

  /** Pictures of independent pixels. */
  static List<float[]> pictures(int count, float mean, float deviation, RandomGenerator random) {
    List<float[]> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] picture = new float[SIDE * SIDE * 3];
      for (int k = 0; k < picture.length; k++) {
        picture[k] = (float) (mean + deviation * random.nextGaussian());
      }
      pictures.add(picture);
    }
    return pictures;
  }

  /** Moments of every value over pictures. */
  static Map<Value, ChannelMoments> moments(FloatGraph graph, List<float[]> pictures) {
    Map<Value, ChannelMoments> moments = new HashMap<>();
    graph.values().forEach(value -> moments.put(value, new ChannelMoments(value.shape().channels())));
    FloatExecutor executor = new FloatExecutor(graph);
    pictures.forEach(picture -> executor.run(picture, (value, elements) -> moments.get(value).add(elements)));
    return moments;
  }

  private FloatGraph build() {
    Value stem = relu(convolution("stem", input, 16, 3, 1, 1), Clamp.RELU);
    Value inner = relu(convolution("inner", stem, 16, 3, 1, 1), Clamp.RELU);
    Value outer = convolution("outer", inner, 16, 3, 1, 1);
    Value sum = add(new Node.Addition("sum", outer, stem, new Value("sum", stem.shape()), Clamp.NONE));
    Value block = relu(sum, Clamp.RELU);
    Value pooled =
        add(
            new Node.MaxPooling(
                "pool", block, new Value("pool", new Shape(6, 6, 16)), new Window(2, 2, 2, 2, 1, 1, 0, 0, 0, 0)));
    Value sliced =
        add(new Node.Slice("slice", pooled, new Value("slice", new Shape(6, 6, 8)), 0, 0, 1, 1, 1, 2));
    Value padded = add(new Node.Padding("pad", sliced, new Value("pad", new Shape(6, 6, 12)), 0, 0, 2));
    Value depthwise = relu(convolution("depthwise", padded, 12, 3, 1, 12), Clamp.RELU6);
    Value average =
        add(
            new Node.AveragePooling(
                "average",
                depthwise,
                new Value("average", new Shape(1, 1, 12)),
                Window.covering(6, 6),
                false,
                Clamp.NONE));
    Value scores = convolution("dense", average, 5, 1, 0, 1);
    return new FloatGraph("normed", input, scores, nodes);
  }

  private static FloatGraph fitted(FloatGraph graph, List<float[]> pictures) {
    Map<Value, ChannelMoments> moments = moments(graph, pictures);
    List<Node> normed = new ArrayList<>();
    for (Node node : graph.nodes()) {
      boolean isNormed = node instanceof Node.Convolution && !node.name().equals("dense");
      normed.add(isNormed ? withNorm((Node.Convolution) node, moments.get(node.output())) : node);
    }
    return graph.withNodes(normed);
  }

  private static Node.Convolution withNorm(Node.Convolution conv, ChannelMoments moments) {
    float[] normScale = new float[moments.channels()];
    float[] normShift = new float[moments.channels()];
    for (int c = 0; c < normScale.length; c++) {
      normScale[c] = (float) ((c % 2 == 0 ? 1 : -1) * Math.sqrt(moments.variance(c)));
      normShift[c] = (float) moments.mean(c);
    }
    return new Node.Convolution(
        conv.name(),
        conv.input(),
        conv.residual(),
        conv.output(),
        conv.window(),
        conv.groups(),
        conv.kernel(),
        conv.bias(),
        normScale,
        normShift,
        conv.clamp());
  }

  private Value convolution(String name, Value from, int outputs, int side, int pad, int groups) {
    Shape shape = from.shape();
    int inputs = shape.channels() / groups;
    float[] weights = new float[outputs * inputs * side * side];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (random.nextGaussian() * Math.sqrt(2.0 / (inputs * side * side)));
    }
    float[] bias = new float[outputs];
    for (int c = 0; c < outputs; c++) {
      bias[c] = (float) (0.5 * random.nextGaussian());
    }
    return add(
        new Node.Convolution(
            name,
            from,
            Optional.empty(),
            new Value(name, new Shape(shape.height(), shape.width(), outputs)),
            new Window(side, side, 1, 1, 1, 1, pad, pad, pad, pad),
            groups,
            new Kernel(outputs, inputs, side, side, weights),
            bias,
            new float[0],
            new float[0],
            Clamp.NONE));
  }

  private Value relu(Value from, Clamp clamp) {
    String name = from.name() + " relu";
    return add(new Node.Activation(name, from, new Value(name, from.shape()), clamp));
  }

  private Value add(Node node) {
    nodes.add(node);
    return node.output();
  }
}
