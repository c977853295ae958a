package org.ptilmpq.quantizer.reference;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.ptilmpq.quantizer.graph.Node;

/**
 * Carries gradients backwards through one node, after its clamp: the transposed Jacobian times a vector. Made once per
 * graph and used by several threads.
 */
@FunctionalInterface
interface Backpropagation {

  /**
   * Adds to the gradients of a node's inputs what the gradient of its result contributes. At least one of them is
   * requested.
   *
   * @param inputs what the node read
   * @param gradient of the result before the node's clamp, not changed
   * @param gradients one per input of the node, {@code null} where it isn't needed; the same array twice where the node
   *     reads a value twice
   */
  void propagate(float[][] inputs, float[] gradient, float[][] gradients, Workspace workspace);

  /** Returns the backpropagation through a node. */
  static Backpropagation of(Node node) {
    return switch (node) {
      case Node.Convolution c -> {
        Backpropagation own =
            DepthwiseConvolution.suits(c) ? new DepthwiseConvolution(c) : new GemmBackpropagation(c);
        yield (inputs, gradient, gradients, workspace) -> {
          if (gradients[0] != null) {
            own.propagate(inputs, gradient, gradients, workspace);
          }
          if (gradients.length > 1) {
            add(gradient, gradients[1]);
          }
        };
      }
      case Node.Addition a ->
          (inputs, gradient, gradients, workspace) -> {
            add(gradient, gradients[0]);
            add(gradient, gradients[1]);
          };
      case Node.Activation a -> (inputs, gradient, gradients, workspace) -> add(gradient, gradients[0]);
      case Node.MaxPooling p ->
          (inputs, gradient, gradients, workspace) ->
              Pooling.backThroughMax(p, inputs[0], gradient, gradients[0], workspace);
      case Node.AveragePooling p ->
          (inputs, gradient, gradients, workspace) ->
              Pooling.backThroughAverage(p, gradient, gradients[0], workspace);
      case Node.Slice s ->
          (inputs, gradient, gradients, workspace) -> Rearranging.backThroughSlice(s, gradient, gradients[0]);
      case Node.Padding p ->
          (inputs, gradient, gradients, workspace) -> Rearranging.backThroughPad(p, gradient, gradients[0]);
    };
  }

  private static void add(float[] gradient, float[] sum) {
    if (sum != null) {
      add(gradient, 0, gradient.length, sum, 0);
    }
  }

  /**
   * Computes {@code target[targetOffset + i] += values[offset + i]} for the first {@code count} i. The compiler doesn't
   * vectorize a plain loop over two places of what may be one array.
   */
  static void add(float[] values, int offset, int count, float[] target, int targetOffset) {
    VectorSpecies<Float> species = FloatVector.SPECIES_PREFERRED;
    int vectorEnd = species.loopBound(count);
    for (int i = 0; i < vectorEnd; i += species.length()) {
      FloatVector.fromArray(species, target, targetOffset + i)
          .add(FloatVector.fromArray(species, values, offset + i))
          .intoArray(target, targetOffset + i);
    }
    for (int i = vectorEnd; i < count; i++) {
      target[targetOffset + i] += values[offset + i];
    }
  }
}
