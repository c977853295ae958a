package org.ptilmpq.quantizer.reference;

import java.util.Arrays;
import org.ptilmpq.quantizer.graph.Node.Convolution;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Window;

/**
 * The inputs in the windows of a convolution, as the rows of a matrix ("im2col"): row p holds the inputs of output
 * position p, {@code [kernelHeight][kernelWidth][input channels of the group]}, the order of {@link
 * org.ptilmpq.quantizer.graph.Kernel#channelsLast}. {@link #addBack} is the transposed map.
 */
final class Patches {

  private final Window window;
  private final Shape from;
  private final Shape to;
  private final int channels;

  Patches(Convolution convolution) {
    window = convolution.window();
    from = convolution.input().shape();
    to = convolution.output().shape();
    channels = convolution.kernel().inputs();
  }

  /** Number of rows: positions of the output. */
  int rows() {
    return to.height() * to.width();
  }

  /** Elements of one row: kernelHeight · kernelWidth · input channels of a group. */
  int columns() {
    return window.kernelHeight() * window.kernelWidth() * channels;
  }

  /** Whether there is only one group, whose matrix is the input itself. */
  boolean areInput(int groups) {
    return groups == 1 && window.isPointwise();
  }

  /**
   * Copies some rows.
   *
   * @param input the convolution's input, height × width × channels
   * @param group which group of input channels
   * @param first first row
   * @param count how many rows
   * @param matrix filled from its start with count × columns elements
   */
  void copy(float[] input, int group, int first, int count, float[] matrix) {
    for (int row = 0; row < count; row++) {
      copyRow(input, group, first + row, matrix, row * columns());
    }
  }

  /**
   * Copies one row.
   *
   * @param row position of the output
   * @param at where the row's {@link #columns} elements begin in the matrix
   */
  void copyRow(float[] input, int group, int row, float[] matrix, int at) {
    int top = row / to.width() * window.strideY() - window.padTop();
    int left = row % to.width() * window.strideX() - window.padLeft();
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      int y = top + ky * window.dilationY();
      if (y < 0 || y >= from.height()) {
        Arrays.fill(matrix, at, at + window.kernelWidth() * channels, 0);
      } else if (channels == from.channels() && window.dilationX() == 1) {
        copyRun(input, y, left, matrix, at);
      } else {
        copyEach(input, group, y, left, matrix, at);
      }
      at += window.kernelWidth() * channels;
    }
  }

  /** One row of a window whose positions lie next to each other. */
  private void copyRun(float[] input, int y, int left, float[] matrix, int at) {
    int before = Math.clamp(-left, 0, window.kernelWidth());
    int end = Math.clamp(from.width() - left, before, window.kernelWidth());
    Arrays.fill(matrix, at, at + before * channels, 0);
    if (end > before) {
      int source = (y * from.width() + left + before) * channels;
      System.arraycopy(input, source, matrix, at + before * channels, (end - before) * channels);
    }
    Arrays.fill(matrix, at + end * channels, at + window.kernelWidth() * channels, 0);
  }

  private void copyEach(float[] input, int group, int y, int left, float[] matrix, int at) {
    for (int kx = 0; kx < window.kernelWidth(); kx++) {
      int x = left + kx * window.dilationX();
      int target = at + kx * channels;
      if (x < 0 || x >= from.width()) {
        Arrays.fill(matrix, target, target + channels, 0);
      } else {
        int source = (y * from.width() + x) * from.channels() + group * channels;
        System.arraycopy(input, source, matrix, target, channels);
      }
    }
  }

  /**
   * Adds some columns of a matrix to the inputs they came from ("col2im"); those from outside the input are dropped.
   *
   * @param matrix count rows, {@code stride} apart, of {@code positions} × channels of a group
   * @param first first row
   * @param position first of the kernel's positions, row by row
   * @param positions how many of them
   * @param input height × width × channels
   */
  void addBack(
      float[] matrix, int stride, int group, int first, int count, int position, int positions, float[] input) {
    for (int row = 0; row < count; row++) {
      int top = (first + row) / to.width() * window.strideY() - window.padTop();
      int left = (first + row) % to.width() * window.strideX() - window.padLeft();
      for (int i = 0; i < positions; i++) {
        int y = top + (position + i) / window.kernelWidth() * window.dilationY();
        int x = left + (position + i) % window.kernelWidth() * window.dilationX();
        if (y >= 0 && y < from.height() && x >= 0 && x < from.width()) {
          int target = (y * from.width() + x) * from.channels() + group * channels;
          Backpropagation.add(matrix, row * stride + i * channels, channels, input, target);
        }
      }
    }
  }
}
