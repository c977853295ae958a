package org.ptilmpq.quantizer.calibration;

import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;

/**
 * A network with each convolution split into up to three nodes, so that an observer sees its own result, the sum with
 * the residual, and what the clamp leaves of it.
 *
 * @param graph computes all values of the original graph, and those of its convolutions
 * @param convolutions in execution order
 */
record TakenApart(FloatGraph graph, List<Convolution> convolutions) {

  /**
   * The values of one convolution to observe.
   *
   * @param output its own result
   * @param sum the result with the residual, before the clamp
   */
  record Convolution(Node.Convolution original, Value output, Value sum) {}

  static TakenApart of(FloatGraph original) {
    List<Node> nodes = new ArrayList<>();
    List<Convolution> convolutions = new ArrayList<>();
    for (Node node : original.nodes()) {
      if (node instanceof Node.Convolution conv) {
        boolean clamped = !conv.clamp().isNone();
        Value sum = clamped ? renamed(conv.output(), "sum") : conv.output();
        Value output = conv.residual().isPresent() ? renamed(conv.output(), "own") : sum;
        nodes.add(conv.bare(output, conv.kernel()));
        conv.residual().ifPresent(r -> nodes.add(new Node.Addition(conv.name(), output, r, sum, Clamp.NONE)));
        if (clamped) {
          nodes.add(new Node.Activation(conv.name(), sum, conv.output(), conv.clamp()));
        }
        convolutions.add(new Convolution(conv, output, sum));
      } else {
        nodes.add(node);
      }
    }
    return new TakenApart(
        new FloatGraph(original.name(), original.input(), original.output(), nodes), convolutions);
  }

  /** Makes a new name: none in a model has a line break. */
  private static Value renamed(Value value, String what) {
    return new Value(value.name() + "\n" + what, value.shape());
  }
}
