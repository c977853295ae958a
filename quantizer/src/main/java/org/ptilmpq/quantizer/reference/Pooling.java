package org.ptilmpq.quantizer.reference;

import java.util.Arrays;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Window;

/** Largest and mean value of windows, all channels of a position at once. */
final class Pooling {

  private Pooling() {}

  /** Takes in one position of the input for all channels of one position of the output. */
  private interface Step {
    void take(int inputOffset, int outputOffset);
  }

  static void max(Node.MaxPooling node, float[] input, float[] output) {
    Shape to = node.output().shape();
    int channels = to.channels();
    Arrays.fill(output, Float.NEGATIVE_INFINITY);
    for (int position = 0; position < to.height() * to.width(); position++) {
      overWindow(
          node.window(),
          node.input().shape(),
          to,
          position,
          (from, at) -> {
            for (int c = 0; c < channels; c++) {
              output[at + c] = Math.max(output[at + c], input[from + c]);
            }
          });
    }
  }

  static void average(Node.AveragePooling node, float[] input, float[] output) {
    Shape to = node.output().shape();
    int channels = to.channels();
    int all = node.window().kernelHeight() * node.window().kernelWidth();
    Arrays.fill(output, 0);
    for (int position = 0; position < to.height() * to.width(); position++) {
      int inside =
          overWindow(
              node.window(),
              node.input().shape(),
              to,
              position,
              (from, at) -> {
                for (int c = 0; c < channels; c++) {
                  output[at + c] += input[from + c];
                }
              });
      float factor = 1f / (node.countPadding() ? all : inside);
      for (int i = position * channels; i < (position + 1) * channels; i++) {
        output[i] *= factor;
      }
    }
    Clamping.apply(node.clamp(), output, 0, output.length);
  }

  /** Steps through the positions of a window that lie inside the input; returns how many. */
  private static int overWindow(Window window, Shape from, Shape to, int position, Step step) {
    int top = position / to.width() * window.strideY() - window.padTop();
    int left = position % to.width() * window.strideX() - window.padLeft();
    int bottom = Math.min(top + window.kernelHeight(), from.height());
    int right = Math.min(left + window.kernelWidth(), from.width());
    int inside = 0;
    for (int y = Math.max(top, 0); y < bottom; y++) {
      for (int x = Math.max(left, 0); x < right; x++) {
        step.take((y * from.width() + x) * from.channels(), position * to.channels());
        inside++;
      }
    }
    return inside;
  }
}
