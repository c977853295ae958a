package org.ptilmpq.quantizer.onnx;

import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Window;
import org.ptilmpq.quantizer.options.OnnxException;

/** Gemm and MatMul with weights that the model holds: convolutions whose kernel is as large as their input. */
final class DenseOperators {

  private DenseOperators() {}

  /** {@code y = alpha · A · B + beta · C}, A or B transposed on demand. */
  static Imported gemm(OnnxNode node, GraphBuilder graph) throws OnnxException {
    Activation input = node.activation(0);
    Constant.Floats weights = node.weights(1);
    float alpha = node.number("alpha", 1);
    float beta = node.number("beta", 1);
    int elements = input.shape().elements();
    List<Integer> expected = node.flag("transA", false) ? List.of(elements, 1) : List.of(1, elements);
    if (!input.dims().equals(expected)) {
      throw node.error("an input of dimensions %s is not one row of %d".formatted(input.dims(), elements));
    }
    boolean transposed = node.flag("transB", false);
    int outputs = outputs(node, weights, elements, transposed);
    float[] bias = graph.filled(outputs, 0);
    if (node.hasInput(2)) {
      Constant.Floats summand = node.weights(2);
      if (summand.values().length != 1
          && !summand.dims().equals(List.of(outputs))
          && !summand.dims().equals(List.of(1, outputs))) {
        throw node.error("a bias of dimensions %s for %d outputs".formatted(summand.dims(), outputs));
      }
      for (int out = 0; out < outputs; out++) {
        bias[out] = beta * summand.values()[summand.values().length == 1 ? 0 : out];
      }
    }
    float[] kernel = kernel(weights, input, outputs, transposed, graph);
    if (alpha != 1) {
      for (int i = 0; i < kernel.length; i++) {
        kernel[i] *= alpha;
      }
    }
    return dense(node, graph, input, outputs, kernel, bias).withDims(List.of(1, outputs));
  }

  /** One row of activations times a matrix. */
  static Imported matMul(OnnxNode node, GraphBuilder graph) throws OnnxException {
    Activation input = node.activation(0);
    Constant.Floats weights = node.weights(1);
    int elements = input.shape().elements();
    List<Integer> dims = input.dims();
    if (dims.isEmpty() || dims.getLast() != elements) {
      throw node.error("an input of dimensions %s is not one row of %d".formatted(dims, elements));
    }
    int outputs = outputs(node, weights, elements, false);
    float[] kernel = kernel(weights, input, outputs, false, graph);
    List<Integer> result = new ArrayList<>(dims);
    result.set(dims.size() - 1, outputs);
    return dense(node, graph, input, outputs, kernel, graph.filled(outputs, 0)).withDims(result);
  }

  private static int outputs(OnnxNode node, Constant.Floats weights, int inputs, boolean transposed)
      throws OnnxException {
    List<Integer> dims = weights.dims();
    if (dims.size() != 2 || dims.get(transposed ? 1 : 0) != inputs) {
      throw node.error("weights of dimensions %s for a row of %d".formatted(dims, inputs));
    }
    return dims.get(transposed ? 0 : 1);
  }

  /** A new array of the weights in the order of {@link Kernel}, whatever the order in which the input was flattened. */
  private static float[] kernel(
      Constant.Floats weights, Activation input, int outputs, boolean transposed, GraphBuilder graph) {
    Shape shape = input.shape();
    int inputs = shape.elements();
    boolean channelsLast = input.order() == Activation.Order.CHANNELS_LAST;
    int positions = shape.height() * shape.width();
    graph.allow((long) inputs * outputs);
    float[] kernel = new float[inputs * outputs];
    for (int in = 0; in < inputs; in++) {
      int place = channelsLast ? in % shape.channels() * positions + in / shape.channels() : in;
      for (int out = 0; out < outputs; out++) {
        kernel[out * inputs + place] = weights.values()[transposed ? out * inputs + in : in * outputs + out];
      }
    }
    return kernel;
  }

  private static Activation dense(
      OnnxNode node, GraphBuilder graph, Activation input, int outputs, float[] kernel, float[] bias) {
    Shape shape = input.shape();
    return graph.add(
        new Node.Convolution(
            node.name(),
            input.value(),
            GraphBuilder.output(node, new Shape(1, 1, outputs)),
            Window.covering(shape.height(), shape.width()),
            1,
            new Kernel(outputs, shape.channels(), shape.height(), shape.width(), kernel),
            bias));
  }
}
