package org.ptilmpq.quantizer.onnx;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.ptilmpq.quantizer.graph.Clamp;

/** Every kind of ONNX node that can be read. A new one is a class that implements {@link Operator}, and a line here. */
final class Operators {

  private static final Map<String, Operator> BY_NAME = new TreeMap<>();

  static {
    BY_NAME.put("Add", new AddOperator());
    BY_NAME.put("AveragePool", PoolOperators::averagePool);
    BY_NAME.put("BatchNormalization", new BatchNormalizationOperator());
    BY_NAME.put("Cast", ConstantOperators::cast);
    BY_NAME.put("Clip", ActivationOperators::clip);
    BY_NAME.put("Concat", ConstantOperators::concat);
    BY_NAME.put("Constant", ConstantOperators::constant);
    BY_NAME.put("Conv", new ConvOperator());
    BY_NAME.put("Div", ScalingOperators::divide);
    BY_NAME.put("Dropout", ActivationOperators::dropout);
    BY_NAME.put("Flatten", ReshapingOperators::flatten);
    BY_NAME.put("Gather", ConstantOperators::gather);
    BY_NAME.put("Gemm", DenseOperators::gemm);
    BY_NAME.put("GlobalAveragePool", PoolOperators::globalAveragePool);
    BY_NAME.put("Identity", (node, graph) -> node.input(0));
    BY_NAME.put("MatMul", DenseOperators::matMul);
    BY_NAME.put("MaxPool", PoolOperators::maxPool);
    BY_NAME.put("Mul", ScalingOperators::multiply);
    BY_NAME.put("Pad", new PadOperator());
    BY_NAME.put("ReduceMean", PoolOperators::reduceMean);
    BY_NAME.put("Relu", (node, graph) -> ActivationOperators.clamped(node, graph, Clamp.RELU));
    BY_NAME.put("Reshape", ReshapingOperators::reshape);
    BY_NAME.put("Shape", ConstantOperators::shape);
    BY_NAME.put("Slice", new SliceOperator());
    BY_NAME.put("Softmax", ActivationOperators::softmax);
    BY_NAME.put("Squeeze", ReshapingOperators::squeeze);
    BY_NAME.put("Sub", ScalingOperators::subtract);
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
