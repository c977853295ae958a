package org.ptilmpq.quantizer.reference;

import java.util.Arrays;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;

/** Slices and paddings, which only move elements; their gradients go where the elements came from. */
final class Rearranging {

  private Rearranging() {}

  static void slice(Node.Slice node, float[] input, float[] output) {
    int channels = node.output().shape().channels();
    for (int position = 0; position < output.length / channels; position++) {
      int source = source(node, position);
      for (int c = 0; c < channels; c++) {
        output[position * channels + c] = input[source + c * node.strideC()];
      }
    }
  }

  static void backThroughSlice(Node.Slice node, float[] gradient, float[] sums) {
    int channels = node.output().shape().channels();
    for (int position = 0; position < gradient.length / channels; position++) {
      int target = source(node, position);
      for (int c = 0; c < channels; c++) {
        sums[target + c * node.strideC()] += gradient[position * channels + c];
      }
    }
  }

  /** Returns where in the input the first channel of one of the output's positions lies. */
  private static int source(Node.Slice node, int position) {
    Shape from = node.input().shape();
    int width = node.output().shape().width();
    int row = node.startY() + position / width * node.strideY();
    int column = node.startX() + position % width * node.strideX();
    return (row * from.width() + column) * from.channels() + node.startC();
  }

  static void pad(Node.Padding node, float[] input, float[] output) {
    int channels = node.input().shape().channels();
    Arrays.fill(output, 0);
    for (int position = 0; position < input.length / channels; position++) {
      System.arraycopy(input, position * channels, output, target(node, position), channels);
    }
  }

  static void backThroughPad(Node.Padding node, float[] gradient, float[] sums) {
    int channels = node.input().shape().channels();
    for (int position = 0; position < sums.length / channels; position++) {
      Backpropagation.add(gradient, target(node, position), channels, sums, position * channels);
    }
  }

  /** Returns where in the output the first channel of one of the input's positions lies. */
  private static int target(Node.Padding node, int position) {
    Shape to = node.output().shape();
    int width = node.input().shape().width();
    int row = node.padTop() + position / width;
    int column = node.padLeft() + position % width;
    return (row * to.width() + column) * to.channels() + node.padFront();
  }
}
