package org.ptilmpq.quantizer.passes;

import java.util.Optional;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Node.Convolution;
import org.ptilmpq.quantizer.graph.Node.Padding;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Window;

/** Makes rows and columns of zeros before a convolution part of the convolution's own padding. */
final class FusePadding implements Pass {

  @Override
  public FloatGraph apply(FloatGraph graph) {
    NodeList nodes = new NodeList(graph);
    for (Node node : graph.nodes()) {
      Optional<Node> before =
          node instanceof Convolution convolution ? nodes.soleProducer(convolution.input()) : Optional.empty();
      if (before.isPresent() && before.get() instanceof Padding padding && keepsChannels(padding)) {
        nodes.replace(padding, fused(padding, (Convolution) node));
      } else {
        nodes.add(node);
      }
    }
    return nodes.graph();
  }

  private static boolean keepsChannels(Padding padding) {
    return padding.input().shape().channels() == padding.output().shape().channels();
  }

  private static Convolution fused(Padding padding, Convolution convolution) {
    Shape inner = padding.input().shape();
    Shape padded = padding.output().shape();
    Window window = convolution.window();
    return new Convolution(
        convolution.name(),
        padding.input(),
        convolution.residual(),
        convolution.output(),
        new Window(
            window.kernelHeight(),
            window.kernelWidth(),
            window.strideY(),
            window.strideX(),
            window.dilationY(),
            window.dilationX(),
            window.padTop() + padding.padTop(),
            window.padLeft() + padding.padLeft(),
            window.padBottom() + padded.height() - inner.height() - padding.padTop(),
            window.padRight() + padded.width() - inner.width() - padding.padLeft()),
        convolution.groups(),
        convolution.kernel(),
        convolution.bias(),
        convolution.normScale(),
        convolution.normShift(),
        convolution.clamp());
  }
}
