package org.ptilmpq.quantizer.onnx;

import java.util.List;
import org.ptilmpq.quantizer.options.OnnxException;

/** Add, Sub, Mul and Div of an activation by a constant: one number, or one per channel. */
final class ScalingOperators {

  private ScalingOperators() {}

  static Imported add(OnnxNode node, GraphBuilder graph) throws OnnxException {
    Activation input = node.activation(node.input(0) instanceof Constant ? 1 : 0);
    int channels = input.shape().channels();
    float[] shift = perChannel(node, graph, node.input(0) instanceof Constant ? 0 : 1, input);
    return graph.addChannelScaling(node, input, graph.filled(channels, 1), shift, new float[0], new float[0]);
  }

  static Imported subtract(OnnxNode node, GraphBuilder graph) throws OnnxException {
    boolean fromConstant = node.input(0) instanceof Constant;
    Activation input = node.activation(fromConstant ? 1 : 0);
    int channels = input.shape().channels();
    float[] shift = perChannel(node, graph, fromConstant ? 0 : 1, input);
    if (!fromConstant) {
      for (int c = 0; c < channels; c++) {
        shift[c] = -shift[c];
      }
    }
    return graph.addChannelScaling(
        node, input, graph.filled(channels, fromConstant ? -1 : 1), shift, new float[0], new float[0]);
  }

  static Imported multiply(OnnxNode node, GraphBuilder graph) throws OnnxException {
    Activation input = node.activation(node.input(0) instanceof Constant ? 1 : 0);
    float[] scale = perChannel(node, graph, node.input(0) instanceof Constant ? 0 : 1, input);
    float[] shift = graph.filled(scale.length, 0);
    return graph.addChannelScaling(node, input, scale, shift, new float[0], new float[0]);
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
    return graph.addChannelScaling(node, input, scale, graph.filled(scale.length, 0), new float[0], new float[0]);
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
          "a constant of dimensions %s with a tensor of %s; supported: one number, or one a channel"
              .formatted(dims, input.dims()));
    }
    graph.allow(channels);
    return constant.values().clone();
  }
}
