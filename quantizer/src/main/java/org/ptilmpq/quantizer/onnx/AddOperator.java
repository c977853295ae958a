package org.ptilmpq.quantizer.onnx;

import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.options.OnnxException;

/** Add: two activations of one shape, or an activation and one constant per channel. */
final class AddOperator implements Operator {

  @Override
  public Imported read(OnnxNode node, GraphBuilder graph) throws OnnxException {
    if (node.input(0) instanceof Constant || node.input(1) instanceof Constant) {
      return ScalingOperators.add(node, graph);
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
}
