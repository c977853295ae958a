package org.ptilmpq.kernels.arithmetic;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.TensorView;

/** The rows and columns of the input that one output position of a pooling sees, cut off at the input's edges. */
public final class PoolingWindow {

  private PoolingWindow() {}

  /** First input row of output row y. */
  public static int top(KernelSpec.Window window, int y) {
    return Math.max(0, y * window.strideY() - window.padTop());
  }

  /** Input row after the last one of output row y. */
  public static int bottom(KernelSpec.Window window, int y, TensorView input) {
    return Math.min(input.height(), y * window.strideY() - window.padTop() + window.kernelHeight());
  }

  /** First input column of output column x. */
  public static int left(KernelSpec.Window window, int x) {
    return Math.max(0, x * window.strideX() - window.padLeft());
  }

  /** Input column after the last one of output column x. */
  public static int right(KernelSpec.Window window, int x, TensorView input) {
    return Math.min(input.width(), x * window.strideX() - window.padLeft() + window.kernelWidth());
  }
}
