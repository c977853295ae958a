package org.ptilmpq.quantizer.passes;

import java.util.List;
import org.ptilmpq.quantizer.graph.FloatGraph;

/** The rewrites of a graph between import and quantization. */
public final class Passes {

  /** Activations come before additions, so that an addition brings its activation along into the convolution. */
  private static final List<Pass> IN_ORDER =
      List.of(new FoldChannelScaling(), new FusePadding(), new FuseActivation(), new FuseAddition());

  private Passes() {}

  /** Returns the graph with batch normalizations folded, and activations and additions fused into convolutions. */
  public static FloatGraph simplify(FloatGraph graph) {
    FloatGraph simplified = graph.withNodes(graph.nodes());
    for (Pass pass : IN_ORDER) {
      simplified = pass.apply(simplified);
    }
    return simplified;
  }
}
