package org.ptilmpq.quantizer.reference;

import org.ptilmpq.quantizer.graph.Node;

/** Sees the gradient with respect to each convolution's own result, before residual and clamp. */
@FunctionalInterface
public interface GradientObserver {

  /**
   * Called from the thread that propagates, the graph's last convolution first; not called for one that the graph's
   * output doesn't depend on.
   *
   * @param gradient height × width × channels of the convolution's output; reused after the call, not to be kept or
   *     changed
   */
  void observe(Node.Convolution convolution, float[] gradient);
}
