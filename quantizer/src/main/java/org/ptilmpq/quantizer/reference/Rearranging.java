package org.ptilmpq.quantizer.reference;

import java.util.Arrays;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;

/** Slices and paddings, which only move elements. */
final class Rearranging {

  private Rearranging() {}

  static void slice(Node.Slice node, float[] input, float[] output) {
    Shape from = node.input().shape();
    Shape to = node.output().shape();
    int at = 0;
    for (int y = 0; y < to.height(); y++) {
      for (int x = 0; x < to.width(); x++) {
        int row = node.startY() + y * node.strideY();
        int column = node.startX() + x * node.strideX();
        int source = (row * from.width() + column) * from.channels() + node.startC();
        for (int c = 0; c < to.channels(); c++) {
          output[at++] = input[source + c * node.strideC()];
        }
      }
    }
  }

  static void pad(Node.Padding node, float[] input, float[] output) {
    Shape from = node.input().shape();
    Shape to = node.output().shape();
    Arrays.fill(output, 0);
    for (int y = 0; y < from.height(); y++) {
      for (int x = 0; x < from.width(); x++) {
        int target = ((y + node.padTop()) * to.width() + x + node.padLeft()) * to.channels() + node.padFront();
        System.arraycopy(input, (y * from.width() + x) * from.channels(), output, target, from.channels());
      }
    }
  }
}
