package org.ptilmpq.quantizer.reference;

import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;

/** Backpropagation through slices and paddings: gradients go where the elements came from. */
final class RearrangingBackpropagation {

  private RearrangingBackpropagation() {}

  static void slice(Node.Slice node, float[] gradient, float[] sums) {
    Shape from = node.input().shape();
    Shape to = node.output().shape();
    int at = 0;
    for (int y = 0; y < to.height(); y++) {
      for (int x = 0; x < to.width(); x++) {
        int row = node.startY() + y * node.strideY();
        int column = node.startX() + x * node.strideX();
        int target = (row * from.width() + column) * from.channels() + node.startC();
        for (int c = 0; c < to.channels(); c++) {
          sums[target + c * node.strideC()] += gradient[at++];
        }
      }
    }
  }

  static void pad(Node.Padding node, float[] gradient, float[] sums) {
    Shape from = node.input().shape();
    Shape to = node.output().shape();
    for (int y = 0; y < from.height(); y++) {
      for (int x = 0; x < from.width(); x++) {
        int source = ((y + node.padTop()) * to.width() + x + node.padLeft()) * to.channels() + node.padFront();
        VectorSum.add(gradient, source, from.channels(), sums, (y * from.width() + x) * from.channels());
      }
    }
  }
}
