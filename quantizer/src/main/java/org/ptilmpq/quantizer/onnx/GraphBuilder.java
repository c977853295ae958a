package org.ptilmpq.quantizer.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;

/** Collects the nodes that operators make, and limits them to what a machine's memory can hold. */
final class GraphBuilder {

  /** Elements of one activation: 1 GiB of floats. */
  private static final int MAX_ELEMENTS = 1 << 28;

  private static final int MAX_CHANNELS = 1 << 20;

  private static final long SPARE_ELEMENTS = 1 << 24;
  private static final long ALLOWANCE_PER_ELEMENT = 4;

  private final List<Node> nodes = new ArrayList<>();
  private final TensorDecoder decoder;

  /**
   * Number of elements that operators may still allocate for constants: a few times what the model holds, so that a
   * small hostile file can't demand any amount of memory.
   */
  private long allowance = SPARE_ELEMENTS;

  GraphBuilder(TensorDecoder decoder) {
    this.decoder = decoder;
  }

  List<Node> nodes() {
    return nodes;
  }

  Constant decode(TensorProto tensor, String name) throws IOException {
    Constant constant = decoder.decode(tensor, name);
    allowance += ALLOWANCE_PER_ELEMENT * Dims.elements(constant.dims());
    return constant;
  }

  /**
   * Allows an array of that many elements to be made; {@link IllegalArgumentException} if the model has made too many.
   */
  void allow(long elements) {
    allowance -= elements;
    if (allowance < 0) {
      throw new IllegalArgumentException("the model's constants grow far beyond what its file holds");
    }
  }

  /** The value that a node computes. */
  static Value output(OnnxNode node, Shape shape) {
    return new Value(node.output(), limited(shape));
  }

  static Shape limited(Shape shape) {
    if (shape.elements() > MAX_ELEMENTS || shape.channels() > MAX_CHANNELS) {
      throw new IllegalArgumentException("an activation of " + shape + " is too large");
    }
    return shape;
  }

  /** Adds a node; its result has the dimensions batch, channels, rows, columns. */
  Activation add(Node node) {
    nodes.add(node);
    return Activation.of(node.output());
  }

  /**
   * Adds {@code y = scale · x + shift} with a factor and a summand for each channel: a depthwise convolution of one
   * position, which the passes fold into the convolution before it where there is one.
   *
   * @param scale one per channel
   * @param shift one per channel
   * @param normScale standard deviation, with γ's sign, that a batch normalization gave its result, or empty
   * @param normShift mean that it gave its result, or empty
   */
  Activation addChannelScaling(
      OnnxNode node, Activation input, float[] scale, float[] shift, float[] normScale, float[] normShift) {
    int channels = input.shape().channels();
    allow(4L * channels);
    Value output = output(node, input.shape());
    nodes.add(
        new Node.Convolution(
            node.name(),
            input.value(),
            Optional.empty(),
            output,
            Window.pointwise(),
            channels,
            new Kernel(channels, 1, 1, 1, scale),
            shift,
            normScale,
            normShift,
            Clamp.NONE));
    return input.with(output);
  }

  /** Returns an array with the same value for each channel. */
  float[] filled(int channels, float value) {
    allow(channels);
    float[] filled = new float[channels];
    Arrays.fill(filled, value);
    return filled;
  }
}
