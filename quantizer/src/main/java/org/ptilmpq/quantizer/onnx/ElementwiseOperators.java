package org.ptilmpq.quantizer.onnx;

import java.util.List;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.options.OnnxException;

/**
 * Nodes that work on each element by itself: Add, Sub, Mul and Div with a constant (one number, or one per channel),
 * Add of two activations, BatchNormalization, Relu and Clip; and Dropout and Softmax, which inference leaves out.
 */
final class ElementwiseOperators {

  private ElementwiseOperators() {}

  /** Adds two activations of one shape, or an activation and a constant. */
  static Imported add(OnnxNode node, GraphBuilder graph) throws OnnxException {
    if (node.input(0) instanceof Constant || node.input(1) instanceof Constant) {
      int constant = constantInput(node);
      Activation input = node.activation(1 - constant);
      float[] shift = perChannel(node, graph, constant, input);
      return scaled(node, graph, input, graph.filled(shift.length, 1), shift);
    }
    Activation left = node.activation(0);
    Activation right = node.activation(1);
    if (!left.dims().equals(right.dims()) || left.order() != right.order()) {
      throw node.error(
          "inputs of dimensions %s and %s; broadcasting is not supported".formatted(left.dims(), right.dims()));
    }
    Value output = GraphBuilder.output(node, left.shape());
    graph.add(new Node.Addition(node.name(), left.value(), right.value(), output, Clamp.NONE));
    return left.with(output);
  }

  static Imported subtract(OnnxNode node, GraphBuilder graph) throws OnnxException {
    int constant = constantInput(node);
    Activation input = node.activation(1 - constant);
    int channels = input.shape().channels();
    float[] shift = perChannel(node, graph, constant, input);
    if (constant == 1) {
      for (int c = 0; c < channels; c++) {
        shift[c] = -shift[c];
      }
    }
    return scaled(node, graph, input, graph.filled(channels, constant == 1 ? 1 : -1), shift);
  }

  static Imported multiply(OnnxNode node, GraphBuilder graph) throws OnnxException {
    int constant = constantInput(node);
    Activation input = node.activation(1 - constant);
    float[] scale = perChannel(node, graph, constant, input);
    return scaled(node, graph, input, scale, graph.filled(scale.length, 0));
  }

  static Imported divide(OnnxNode node, GraphBuilder graph) throws OnnxException {
    Activation input = node.activation(0);
    float[] scale = perChannel(node, graph, 1, input);
    for (int c = 0; c < scale.length; c++) {
      scale[c] = 1 / scale[c];
      if (!Float.isFinite(scale[c])) {
        throw node.error("divides channel " + c + " by 0");
      }
    }
    return scaled(node, graph, input, scale, graph.filled(scale.length, 0));
  }

  /** Returns which of two inputs is a constant. */
  private static int constantInput(OnnxNode node) throws OnnxException {
    return node.input(0) instanceof Constant ? 0 : 1;
  }

  private static Imported scaled(
      OnnxNode node, GraphBuilder graph, Activation input, float[] scale, float[] shift) {
    return graph.addChannelScaling(node, input, scale, shift, new float[0], new float[0]);
  }

  /**
   * Returns a new array of the constant's value for each channel, by ONNX's broadcasting (dimensions aligned at the
   * end).
   */
  private static float[] perChannel(OnnxNode node, GraphBuilder graph, int index, Activation input)
      throws OnnxException {
    Constant.Floats constant = node.weights(index);
    int channels = input.shape().channels();
    if (constant.values().length == 1 && constant.dims().size() <= input.dims().size()) {
      return graph.filled(channels, constant.values()[0]);
    }
    int axisFromEnd = input.dims().size() - input.channelAxis();
    List<Integer> dims = constant.dims();
    boolean alongChannels =
        constant.values().length == channels
            && dims.size() <= input.dims().size()
            && dims.size() >= axisFromEnd
            && dims.get(dims.size() - axisFromEnd) == channels;
    if (!alongChannels) {
      throw node.error(
          "a constant of dimensions %s with a tensor of %s; supported: one number, or one per channel"
              .formatted(dims, input.dims()));
    }
    graph.allow(channels);
    return constant.values().clone();
  }

  /**
   * Reads BatchNormalization in inference: {@code y = γ · (x − mean) / √(variance + ε) + β}, a factor and a summand per
   * channel.
   */
  static Imported normalize(OnnxNode node, GraphBuilder graph) throws OnnxException {
    Activation input = node.activation(0);
    if (input.channelAxis() != 1) {
      throw node.error("an input of dimensions " + input.dims() + " has its channels elsewhere than in dimension 1");
    }
    int channels = input.shape().channels();
    double epsilon = node.number("epsilon", 1e-5f);
    node.ignore("momentum");
    if (!node.flag("spatial", true) || node.flag("training_mode", false)) {
      throw node.error("spatial = 0 and training_mode = 1 are not supported");
    }
    float[] gamma = node.channelWeights(1, channels);
    float[] beta = node.channelWeights(2, channels);
    float[] mean = node.channelWeights(3, channels);
    float[] variance = node.channelWeights(4, channels);
    float[] scale = new float[channels];
    float[] shift = new float[channels];
    float[] normScale = new float[channels];
    for (int c = 0; c < channels; c++) {
      double factor = gamma[c] / Math.sqrt(variance[c] + epsilon);
      scale[c] = (float) factor;
      shift[c] = (float) (beta[c] - mean[c] * factor);
      normScale[c] = (float) (factor * Math.sqrt(Math.max(0, variance[c])));
      if (!Float.isFinite(scale[c]) || !Float.isFinite(shift[c])) {
        throw node.error("channel %d of variance %s has no finite scale".formatted(c, variance[c]));
      }
    }
    return graph.addChannelScaling(node, input, scale, shift, normScale, beta);
  }

  /** Clip, whose bounds are attributes before opset 11 and inputs since. */
  static Imported clip(OnnxNode node, GraphBuilder graph) throws OnnxException {
    float low = bound(node, 1, "min", Float.NEGATIVE_INFINITY);
    float high = bound(node, 2, "max", Float.POSITIVE_INFINITY);
    return clamped(node, graph, new Clamp(low, high));
  }

  private static float bound(OnnxNode node, int input, String attribute, float otherwise) throws OnnxException {
    if (!node.hasInput(input)) {
      return node.number(attribute, otherwise);
    }
    float[] values = node.floats(input).values();
    if (values.length != 1) {
      throw node.error(attribute + " has " + values.length + " elements");
    }
    return values[0];
  }

  static Imported clamped(OnnxNode node, GraphBuilder graph, Clamp clamp) throws OnnxException {
    Activation input = node.activation(0);
    Value output = GraphBuilder.output(node, input.shape());
    graph.add(new Node.Activation(node.name(), input.value(), output, clamp));
    return input.with(output);
  }

  /** Dropout, which does nothing in inference. */
  static Imported dropout(OnnxNode node, GraphBuilder graph) throws OnnxException {
    node.ignore("ratio");
    node.ignore("seed");
    if (node.hasInput(2) && node.integers(2)[0] != 0) {
      throw node.error("training_mode is not supported");
    }
    return node.input(0);
  }

  /** Omits a Softmax over the classes: whatever runs the network applies it where probabilities are requested. */
  static Imported softmax(OnnxNode node, GraphBuilder graph) throws OnnxException {
    Activation input = node.activation(0);
    List<Integer> dims = input.dims();
    boolean flattens = node.opset() < 13; // Until then softmax ran over this axis and all after it at once.
    int axis = Dims.axis(node.integer("axis", flattens ? 1 : -1), dims.size());
    int classes = flattens ? Dims.elements(dims.subList(axis, dims.size())) : dims.get(axis);
    if (classes != input.shape().elements()) {
      throw node.error("axis %d of %s is not all of the scores".formatted(axis, dims));
    }
    return input.asSoftmax();
  }
}
