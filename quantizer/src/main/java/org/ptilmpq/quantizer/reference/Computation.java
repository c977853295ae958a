package org.ptilmpq.quantizer.reference;

import org.ptilmpq.quantizer.graph.Node;

/** Computes one node; made once per graph and used by several threads. */
@FunctionalInterface
interface Computation {

  /**
   * Computes the node for one picture.
   *
   * @param inputs the node's inputs in its order, each height × width × channels
   * @param output filled completely
   */
  void compute(float[][] inputs, float[] output, Workspace workspace);

  /** Returns the computation of a node. */
  static Computation of(Node node) {
    return switch (node) {
      case Node.Convolution c -> DepthwiseConvolution.suits(c) ? new DepthwiseConvolution(c) : new GemmConvolution(c);
      case Node.Addition a ->
          (inputs, output, _) -> {
            for (int i = 0; i < output.length; i++) {
              output[i] = inputs[0][i] + inputs[1][i];
            }
            Clamping.apply(a.clamp(), output, 0, output.length);
          };
      case Node.Activation a ->
          (inputs, output, _) -> {
            System.arraycopy(inputs[0], 0, output, 0, output.length);
            Clamping.apply(a.clamp(), output, 0, output.length);
          };
      case Node.MaxPooling p -> (inputs, output, _) -> Pooling.max(p, inputs[0], output);
      case Node.AveragePooling p -> (inputs, output, _) -> Pooling.average(p, inputs[0], output);
      case Node.Slice s -> (inputs, output, _) -> Rearranging.slice(s, inputs[0], output);
      case Node.Padding p -> (inputs, output, _) -> Rearranging.pad(p, inputs[0], output);
    };
  }
}
