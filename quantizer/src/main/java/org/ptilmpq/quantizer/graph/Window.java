package org.ptilmpq.quantizer.graph;

/**
 * The way the window of a convolution or pooling moves over its input. Padding may differ on the four sides.
 *
 * @param kernelHeight rows of the window
 * @param kernelWidth columns of the window
 * @param strideY rows from one window to the next
 * @param strideX columns from one window to the next
 * @param dilationY rows from one element of the window to the next; 1 for a window without holes
 * @param dilationX columns from one element of the window to the next
 * @param padTop rows outside the input, above it
 * @param padLeft columns outside the input, left of it
 * @param padBottom rows outside the input, below it
 * @param padRight columns outside the input, right of it
 */
public record Window(
    int kernelHeight,
    int kernelWidth,
    int strideY,
    int strideX,
    int dilationY,
    int dilationX,
    int padTop,
    int padLeft,
    int padBottom,
    int padRight) {

  public Window {
    if (kernelHeight < 1 || kernelWidth < 1 || strideY < 1 || strideX < 1 || dilationY < 1 || dilationX < 1) {
      throw new IllegalArgumentException("kernel, stride and dilation must be at least 1");
    }
    if (padTop < 0 || padLeft < 0 || padBottom < 0 || padRight < 0) {
      throw new IllegalArgumentException("negative padding");
    }
  }

  /** A window of one position: the convolution is a matrix product. */
  public static Window pointwise() {
    return covering(1, 1);
  }

  /** The window that is the whole input: a fully connected layer, or a global average. */
  public static Window covering(int height, int width) {
    return new Window(height, width, 1, 1, 1, 1, 0, 0, 0, 0);
  }

  /** Rows of the result, or a number below 1 if the window is larger than the padded input. */
  public int outputHeight(int inputHeight) {
    return steps(inputHeight, kernelHeight, strideY, dilationY, padTop, padBottom);
  }

  /** Columns of the result, or a number below 1 if the window is larger than the padded input. */
  public int outputWidth(int inputWidth) {
    return steps(inputWidth, kernelWidth, strideX, dilationX, padLeft, padRight);
  }

  /** Whether each window is exactly one position of the input, and each position has its window. */
  public boolean isPointwise() {
    return kernelHeight == 1 && kernelWidth == 1 && strideY == 1 && strideX == 1 && !isPadded();
  }

  /** Whether windows may reach outside the input. */
  public boolean isPadded() {
    return padTop > 0 || padLeft > 0 || padBottom > 0 || padRight > 0;
  }

  private static int steps(int input, int kernel, int stride, int dilation, int before, int after) {
    long extent = (long) dilation * (kernel - 1) + 1;
    long free = (long) input + before + after - extent;
    return Math.clamp(Math.floorDiv(free, stride) + 1, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }
}
