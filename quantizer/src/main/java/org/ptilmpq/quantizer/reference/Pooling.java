package org.ptilmpq.quantizer.reference;

import java.util.Arrays;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;

/** Largest and mean value of windows, all channels of a position at once, and the gradients of both. */
final class Pooling {

  private Pooling() {}

  /** The positions of a window that lie inside the input. */
  private record Inside(int top, int left, int bottom, int right) {

    static Inside of(Window window, Value input, Value output, int position) {
      Shape from = input.shape();
      int width = output.shape().width();
      int top = position / width * window.strideY() - window.padTop();
      int left = position % width * window.strideX() - window.padLeft();
      return new Inside(
          Math.max(top, 0),
          Math.max(left, 0),
          Math.min(top + window.kernelHeight(), from.height()),
          Math.min(left + window.kernelWidth(), from.width()));
    }

    /** Returns what a mean over the window is divided by. */
    int divisor(Node.AveragePooling node) {
      return node.countPadding()
          ? node.window().kernelHeight() * node.window().kernelWidth()
          : (bottom - top) * (right - left);
    }
  }

  static void max(Node.MaxPooling node, float[] input, float[] output) {
    int width = node.input().shape().width();
    int channels = node.output().shape().channels();
    Arrays.fill(output, Float.NEGATIVE_INFINITY);
    for (int at = 0; at < output.length; at += channels) {
      Inside inside = Inside.of(node.window(), node.input(), node.output(), at / channels);
      for (int y = inside.top; y < inside.bottom; y++) {
        for (int x = inside.left; x < inside.right; x++) {
          int from = (y * width + x) * channels;
          for (int c = 0; c < channels; c++) {
            output[at + c] = Math.max(output[at + c], input[from + c]);
          }
        }
      }
    }
  }

  /** Passes the gradient to the first of a window's largest values, row by row. */
  static void backThroughMax(
      Node.MaxPooling node, float[] input, float[] gradient, float[] sums, Workspace workspace) {
    int width = node.input().shape().width();
    int channels = node.output().shape().channels();
    float[] largest = workspace.take(channels);
    int[] place = new int[channels];
    for (int at = 0; at < gradient.length; at += channels) {
      Inside inside = Inside.of(node.window(), node.input(), node.output(), at / channels);
      Arrays.fill(largest, Float.NEGATIVE_INFINITY);
      for (int y = inside.top; y < inside.bottom; y++) {
        for (int x = inside.left; x < inside.right; x++) {
          int from = (y * width + x) * channels;
          for (int c = 0; c < channels; c++) {
            if (input[from + c] > largest[c]) {
              largest[c] = input[from + c];
              place[c] = from + c;
            }
          }
        }
      }
      for (int c = 0; c < channels; c++) {
        if (largest[c] > Float.NEGATIVE_INFINITY) {
          sums[place[c]] += gradient[at + c];
        }
      }
    }
    workspace.giveBack(largest);
  }

  static void average(Node.AveragePooling node, float[] input, float[] output) {
    int width = node.input().shape().width();
    int channels = node.output().shape().channels();
    Arrays.fill(output, 0);
    for (int at = 0; at < output.length; at += channels) {
      Inside inside = Inside.of(node.window(), node.input(), node.output(), at / channels);
      for (int y = inside.top; y < inside.bottom; y++) {
        for (int x = inside.left; x < inside.right; x++) {
          int from = (y * width + x) * channels;
          for (int c = 0; c < channels; c++) {
            output[at + c] += input[from + c];
          }
        }
      }
      float factor = 1f / inside.divisor(node);
      for (int i = at; i < at + channels; i++) {
        output[i] *= factor;
      }
    }
    Clamping.apply(node.clamp(), output, 0, output.length);
  }

  /** Gives every position of a window an equal share of the gradient. */
  static void backThroughAverage(Node.AveragePooling node, float[] gradient, float[] sums, Workspace workspace) {
    int width = node.input().shape().width();
    int channels = node.output().shape().channels();
    float[] share = workspace.take(channels);
    for (int at = 0; at < gradient.length; at += channels) {
      Inside inside = Inside.of(node.window(), node.input(), node.output(), at / channels);
      float factor = 1f / inside.divisor(node);
      for (int c = 0; c < channels; c++) {
        share[c] = gradient[at + c] * factor;
      }
      for (int y = inside.top; y < inside.bottom; y++) {
        for (int x = inside.left; x < inside.right; x++) {
          Backpropagation.add(share, 0, channels, sums, (y * width + x) * channels);
        }
      }
    }
    workspace.giveBack(share);
  }
}
