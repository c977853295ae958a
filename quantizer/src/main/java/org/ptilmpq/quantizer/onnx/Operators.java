package org.ptilmpq.quantizer.onnx;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.options.OnnxException;

/** Every kind of ONNX node that can be read. A new one is a method like those, and a line here. */
final class Operators {

  /** Imports one kind of ONNX node into the graph. */
  @FunctionalInterface
  interface Operator {

    /**
     * Adds what the node computes to the graph, if it computes anything that the graph doesn't have yet.
     *
     * @return what the node's first output is
     * @throws OnnxException for inputs and attributes that aren't supported
     * @throws IllegalArgumentException where shapes don't fit; the reader names the node
     */
    Imported read(OnnxNode node, GraphBuilder graph) throws IOException;
  }

  private static final Map<String, Operator> BY_NAME = new TreeMap<>();

  static {
    BY_NAME.put("Add", ElementwiseOperators::add);
    BY_NAME.put("AveragePool", WindowOperators::averagePool);
    BY_NAME.put("BatchNormalization", ElementwiseOperators::normalize);
    BY_NAME.put("Cast", ConstantOperators::cast);
    BY_NAME.put("Clip", ElementwiseOperators::clip);
    BY_NAME.put("Concat", ConstantOperators::concat);
    BY_NAME.put("Constant", ConstantOperators::constant);
    BY_NAME.put("Conv", WindowOperators::convolution);
    BY_NAME.put("Div", ElementwiseOperators::divide);
    BY_NAME.put("Dropout", ElementwiseOperators::dropout);
    BY_NAME.put("Flatten", ReshapingOperators::flatten);
    BY_NAME.put("Gather", ConstantOperators::gather);
    BY_NAME.put("Gemm", DenseOperators::gemm);
    BY_NAME.put("GlobalAveragePool", WindowOperators::globalAveragePool);
    BY_NAME.put("Identity", (node, graph) -> node.input(0));
    BY_NAME.put("MatMul", DenseOperators::matMul);
    BY_NAME.put("MaxPool", WindowOperators::maxPool);
    BY_NAME.put("Mul", ElementwiseOperators::multiply);
    BY_NAME.put("Pad", SliceOperators::pad);
    BY_NAME.put("ReduceMean", WindowOperators::reduceMean);
    BY_NAME.put("Relu", (node, graph) -> ElementwiseOperators.clamped(node, graph, Clamp.RELU));
    BY_NAME.put("Reshape", ReshapingOperators::reshape);
    BY_NAME.put("Shape", ConstantOperators::shape);
    BY_NAME.put("Slice", SliceOperators::slice);
    BY_NAME.put("Softmax", ElementwiseOperators::softmax);
    BY_NAME.put("Squeeze", ReshapingOperators::squeeze);
    BY_NAME.put("Sub", ElementwiseOperators::subtract);
    BY_NAME.put("Transpose", ReshapingOperators::transpose);
    BY_NAME.put("Unsqueeze", ReshapingOperators::unsqueeze);
  }

  private Operators() {}

  /** The operator of a name in the ONNX domain, if there is one. */
  static Optional<Operator> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** Names of all operators, for messages. */
  static String names() {
    return String.join(", ", BY_NAME.keySet());
  }
}
