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

  /**
   * Requantization of the means of a pooling: {@code q = round(clamp(sum · multiplier + offset))}, where the multiplier
   * depends on how many positions take part in the mean.
   */
  public static final class WindowMean {

    private final KernelSpec.AveragePooling spec;
    private final double ratio;
    private final float offset;

    /**
     * @throws ArithmeticException when the sum of a window could leave 32 bits
     */
    public WindowMean(KernelSpec.AveragePooling spec) {
      this.spec = spec;
      if ((long) spec.window().kernelHeight() * spec.window().kernelWidth() > Integer.MAX_VALUE / 128) {
        throw new ArithmeticException("the sum over a pooling window can leave 32 bits");
      }
      ratio = (double) spec.input().scale() / spec.output().scale();
      offset = (float) (spec.output().zeroPoint() - ratio * spec.input().zeroPoint());
    }

    /** Positions of the window at output (y, x) that lie inside the input. */
    public int inside(int y, int x) {
      KernelSpec.Window window = spec.window();
      TensorView input = spec.input();
      return (PoolingWindow.bottom(window, y, input) - PoolingWindow.top(window, y))
          * (PoolingWindow.right(window, x, input) - PoolingWindow.left(window, x));
    }

    /** The multiplier of a sum over a window with {@code inside} positions inside the input. */
    public float multiplier(int inside) {
      return (float) (ratio / (spec.countPadding() ? spec.window().taps() : inside));
    }

    /** The number added after the multiplication. */
    public float offset() {
      return offset;
    }

    /** The contribution of positions outside the input to the sum: zero points where they count, else nothing. */
    public int paddingSum(int inside) {
      return spec.countPadding() ? (spec.window().taps() - inside) * spec.input().zeroPoint() : 0;
    }

    /** The byte for a sum. */
    public byte toByte(int sum, float multiplier) {
      return (byte) Requantization.round((float) sum * multiplier + offset, spec.low(), spec.high());
    }
  }
}
