package org.ptilmpq.quantizer.passes;

import java.util.Optional;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Node.Activation;
import org.ptilmpq.quantizer.graph.Node.Addition;
import org.ptilmpq.quantizer.graph.Node.AveragePooling;
import org.ptilmpq.quantizer.graph.Node.Convolution;

/** Makes the node before an activation clamp its own result, where nothing reads that without the activation. */
final class FuseActivation implements Pass {

  @Override
  public FloatGraph apply(FloatGraph graph) {
    NodeList nodes = new NodeList(graph);
    for (Node node : graph.nodes()) {
      Optional<Node> before =
          node instanceof Activation activation ? nodes.soleProducer(activation.input()) : Optional.empty();
      Optional<Node> fused = before.flatMap(producer -> fused(producer, (Activation) node));
      if (fused.isPresent()) {
        nodes.replace(before.get(), fused.get());
      } else {
        nodes.add(node);
      }
    }
    return nodes.graph();
  }

  private static Optional<Node> fused(Node producer, Activation activation) {
    Clamp clamp = producer.clamp().then(activation.clamp());
    return switch (producer) {
      case Convolution c ->
          Optional.of(
              new Convolution(
                  c.name(),
                  c.input(),
                  c.residual(),
                  activation.output(),
                  c.window(),
                  c.groups(),
                  c.kernel(),
                  c.bias(),
                  c.normScale(),
                  c.normShift(),
                  clamp));
      case Addition a -> Optional.of(new Addition(a.name(), a.left(), a.right(), activation.output(), clamp));
      case AveragePooling p ->
          Optional.of(
              new AveragePooling(p.name(), p.input(), activation.output(), p.window(), p.countPadding(), clamp));
      case Activation a -> Optional.of(new Activation(a.name(), a.input(), activation.output(), clamp));
      case Node.MaxPooling _, Node.Slice _, Node.Padding _ -> Optional.empty();
    };
  }
}
