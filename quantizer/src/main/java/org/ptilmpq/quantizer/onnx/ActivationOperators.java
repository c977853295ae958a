package org.ptilmpq.quantizer.onnx;

import java.util.List;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.options.OnnxException;

/** Relu, Clip, Dropout and Softmax. */
final class ActivationOperators {

  private ActivationOperators() {}

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
