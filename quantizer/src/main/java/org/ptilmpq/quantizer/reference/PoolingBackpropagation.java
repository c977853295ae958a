package org.ptilmpq.quantizer.reference;

import java.util.Arrays;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Window;

/** Backpropagation through poolings. */
final class PoolingBackpropagation {

  private PoolingBackpropagation() {}

  /** The positions of a window that lie inside the input. */
  private record Inside(int top, int left, int bottom, int right) {

    static Inside of(Window window, Shape from, Shape to, int position) {
      int top = position / to.width() * window.strideY() - window.padTop();
      int left = position % to.width() * window.strideX() - window.padLeft();
      return new Inside(
          Math.max(top, 0),
          Math.max(left, 0),
          Math.min(top + window.kernelHeight(), from.height()),
          Math.min(left + window.kernelWidth(), from.width()));
    }

    int count() {
      return (bottom - top) * (right - left);
    }
  }

  /** Passes the gradient to the first of a window's largest values, row by row. */
  static void max(Node.MaxPooling node, float[] input, float[] gradient, float[] sums, Workspace workspace) {
    Shape from = node.input().shape();
    Shape to = node.output().shape();
    int channels = to.channels();
    float[] largest = workspace.take(channels);
    int[] place = new int[channels];
    for (int position = 0; position < to.height() * to.width(); position++) {
      Inside inside = Inside.of(node.window(), from, to, position);
      Arrays.fill(largest, Float.NEGATIVE_INFINITY);
      for (int y = inside.top; y < inside.bottom; y++) {
        for (int x = inside.left; x < inside.right; x++) {
          int at = (y * from.width() + x) * channels;
          for (int c = 0; c < channels; c++) {
            if (input[at + c] > largest[c]) {
              largest[c] = input[at + c];
              place[c] = at + c;
            }
          }
        }
      }
      for (int c = 0; c < channels; c++) {
        if (largest[c] > Float.NEGATIVE_INFINITY) {
          sums[place[c]] += gradient[position * channels + c];
        }
      }
    }
    workspace.giveBack(largest);
  }

  /** Gives every position of a window an equal share. */
  static void average(Node.AveragePooling node, float[] gradient, float[] sums, Workspace workspace) {
    Shape from = node.input().shape();
    Shape to = node.output().shape();
    int channels = to.channels();
    int all = node.window().kernelHeight() * node.window().kernelWidth();
    float[] share = workspace.take(channels);
    for (int position = 0; position < to.height() * to.width(); position++) {
      Inside inside = Inside.of(node.window(), from, to, position);
      float factor = 1f / (node.countPadding() ? all : inside.count());
      for (int c = 0; c < channels; c++) {
        share[c] = gradient[position * channels + c] * factor;
      }
      for (int y = inside.top; y < inside.bottom; y++) {
        for (int x = inside.left; x < inside.right; x++) {
          VectorSum.add(share, 0, channels, sums, (y * from.width() + x) * channels);
        }
      }
    }
    workspace.giveBack(share);
  }
}
