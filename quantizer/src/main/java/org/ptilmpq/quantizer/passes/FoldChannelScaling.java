package org.ptilmpq.quantizer.passes;

import java.util.Optional;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Node.Convolution;

/**
 * Folds a depthwise convolution of one position (a batch normalization, or a constant factor or summand per channel)
 * into the convolution before it: with {@code y = w ∗ x + b} and {@code z = s·y + t} per channel,
 * {@code z = (s·w) ∗ x + (s·b + t)}. The convolution's output must have no other reader and no activation. The standard
 * deviation and mean that a batch normalization promises for the result are carried over.
 */
final class FoldChannelScaling implements Pass {

  @Override
  public FloatGraph apply(FloatGraph graph) {
    NodeList nodes = new NodeList(graph);
    for (Node node : graph.nodes()) {
      Optional<Convolution> before =
          node instanceof Convolution scaling && isChannelScaling(scaling)
              ? nodes.soleProducer(scaling.input()).flatMap(FoldChannelScaling::plainConvolution)
              : Optional.empty();
      before.ifPresentOrElse(
          convolution -> nodes.replace(convolution, folded(convolution, (Convolution) node)), () -> nodes.add(node));
    }
    return nodes.graph();
  }

  private static boolean isChannelScaling(Convolution node) {
    int channels = node.input().shape().channels();
    return node.groups() == channels
        && node.kernel().outputs() == channels
        && node.window().isPointwise()
        && node.residual().isEmpty();
  }

  private static Optional<Convolution> plainConvolution(Node node) {
    return node instanceof Convolution convolution
            && convolution.residual().isEmpty()
            && convolution.clamp().isNone()
        ? Optional.of(convolution)
        : Optional.empty();
  }

  private static Convolution folded(Convolution convolution, Convolution scaling) {
    Kernel kernel = convolution.kernel();
    float[] weights = new float[kernel.values().length];
    float[] bias = new float[kernel.outputs()];
    boolean normalizing = scaling.normScale().length > 0;
    float[] normScale = (normalizing ? scaling : convolution).normScale().clone();
    float[] normShift = (normalizing ? scaling : convolution).normShift().clone();
    for (int out = 0; out < kernel.outputs(); out++) {
      double scale = scaling.kernel().values()[out];
      bias[out] = (float) (scale * convolution.bias()[out] + scaling.bias()[out]);
      if (!normalizing && normScale.length > 0) {
        normScale[out] = (float) (scale * normScale[out]);
        normShift[out] = (float) (scale * normShift[out] + scaling.bias()[out]);
      }
      int end = (out + 1) * kernel.weightsPerOutput();
      for (int i = out * kernel.weightsPerOutput(); i < end; i++) {
        weights[i] = (float) (scale * kernel.values()[i]);
      }
    }
    return new Convolution(
        convolution.name(),
        convolution.input(),
        Optional.empty(),
        scaling.output(),
        convolution.window(),
        convolution.groups(),
        new Kernel(kernel.outputs(), kernel.inputs(), kernel.height(), kernel.width(), weights),
        bias,
        normScale,
        normShift,
        scaling.clamp());
  }
}
