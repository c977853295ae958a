package org.ptilmpq.quantizer.passes;

import java.util.Optional;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Node.Addition;
import org.ptilmpq.quantizer.graph.Node.Convolution;
import org.ptilmpq.quantizer.graph.Value;

/**
 * Makes an addition part of the convolution that computes one of its operands: the other becomes the convolution's
 * residual. That convolution's output must have no other reader and no activation before the addition. If both operands
 * come from such convolutions, the later one takes the earlier one's result.
 */
final class FuseAddition implements Pass {

  @Override
  public FloatGraph apply(FloatGraph graph) {
    NodeList nodes = new NodeList(graph);
    for (Node node : graph.nodes()) {
      if (node instanceof Addition addition) {
        add(addition, nodes);
      } else {
        nodes.add(node);
      }
    }
    return nodes.graph();
  }

  private static void add(Addition addition, NodeList nodes) {
    Optional<Convolution> left = candidate(addition.left(), nodes);
    Optional<Convolution> right = candidate(addition.right(), nodes);
    boolean takeRight = right.isPresent() && (left.isEmpty() || nodes.isAfter(right.get(), left.get()));
    Optional<Convolution> chosen = takeRight ? right : left;
    if (chosen.isEmpty()) {
      nodes.add(addition);
      return;
    }
    // The other operand may be computed after the convolution: in the addition's place it is available.
    nodes.remove(chosen.get());
    nodes.add(fused(chosen.get(), takeRight ? addition.left() : addition.right(), addition));
  }

  private static Optional<Convolution> candidate(Value operand, NodeList nodes) {
    return nodes
        .soleProducer(operand)
        .filter(node -> node instanceof Convolution c && c.residual().isEmpty() && c.clamp().isNone())
        .map(Convolution.class::cast);
  }

  private static Convolution fused(Convolution convolution, Value residual, Addition addition) {
    return new Convolution(
        convolution.name(),
        convolution.input(),
        Optional.of(residual),
        addition.output(),
        convolution.window(),
        convolution.groups(),
        convolution.kernel(),
        convolution.bias(),
        convolution.normScale(),
        convolution.normShift(),
        addition.clamp());
  }
}
