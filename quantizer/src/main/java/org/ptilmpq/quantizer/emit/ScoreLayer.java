package org.ptilmpq.quantizer.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;
import org.ptilmpq.quantizer.options.QuantizationException;

/**
 * Ensures that a network's scores come from a convolution without activation whose result nothing else reads: such a
 * result is written as floats. A network that ends otherwise, in a pooling for instance, gets a 1×1 convolution at its
 * end with the identity matrix, which two bits hold exactly.
 */
public final class ScoreLayer {

  private static final String NAME = "scores";

  private ScoreLayer() {}

  /**
   * Returns the network with a score layer at its end.
   *
   * @throws QuantizationException when the output is not one score per class
   */
  public static FloatGraph ensure(FloatGraph graph) throws QuantizationException {
    Shape shape = graph.output().shape();
    if (shape.height() != 1 || shape.width() != 1) {
      throw new QuantizationException(
          "the output " + graph.output() + " is not one score a class: only classifiers can be quantized");
    }
    boolean hasScoreLayer =
        graph.readers().get(graph.output()) == 1
            && graph.convolutions().stream().anyMatch(conv -> isScoreLayer(conv, graph.output()));
    return hasScoreLayer ? graph : withIdentity(graph);
  }

  /** Whether a convolution is one that {@link #ensure} appended. */
  public static boolean isAppended(Node.Convolution conv) {
    return conv.name().equals(NAME) && conv.output().name().equals(conv.input().name() + "." + NAME);
  }

  private static boolean isScoreLayer(Node.Convolution conv, Value output) {
    return conv.output().equals(output) && conv.clamp().isNone();
  }

  private static FloatGraph withIdentity(FloatGraph graph) {
    Value input = graph.output();
    int classes = input.shape().channels();
    float[] identity = new float[Math.multiplyExact(classes, classes)];
    for (int c = 0; c < classes; c++) {
      identity[c * classes + c] = 1;
    }
    Value scores = new Value(input.name() + "." + NAME, input.shape());
    List<Node> nodes = new ArrayList<>(graph.nodes());
    nodes.add(
        new Node.Convolution(
            NAME,
            input,
            Optional.empty(),
            scores,
            Window.pointwise(),
            1,
            new Kernel(classes, classes, 1, 1, identity),
            new float[classes],
            new float[0],
            new float[0],
            Clamp.NONE));
    return new FloatGraph(graph.name(), graph.input(), scores, nodes);
  }
}
