package org.ptilmpq.kernels.scalar;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.arithmetic.PoolingWindow;
import org.ptilmpq.kernels.arithmetic.PoolingWindow.WindowMean;

/** The largest byte or the mean of each window, one output row per unit of work. */
public final class ScalarPooling extends RowKernel {

  private final TensorView input;
  private final TensorView output;
  private final Window window;

  /** Null for the largest byte. */
  private final WindowMean means;

  public ScalarPooling(KernelSpec.MaxPooling spec) {
    this(spec.input(), spec.output(), spec.window(), null);
  }

  public ScalarPooling(KernelSpec.AveragePooling spec) {
    this(spec.input(), spec.output(), spec.window(), new WindowMean(spec));
  }

  private ScalarPooling(TensorView input, TensorView output, Window window, WindowMean means) {
    super(output, "scalar");
    this.input = input;
    this.output = output;
    this.window = window;
    this.means = means;
  }

  @Override
  public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
    byte[] arena = tensors.bytes();
    for (int y = first; y < end; y++) {
      for (int x = 0; x < output.width(); x++) {
        int to = output.offset() + (y * output.width() + x) * output.channels();
        int inside = means == null ? 0 : means.inside(y, x);
        float multiplier = means == null ? 0 : means.multiplier(inside);
        for (int c = 0; c < output.channels(); c++) {
          int value = largestOrSum(arena, y, x, c);
          arena[to + c] =
              means == null ? (byte) value : means.toByte(value + means.paddingSum(inside), multiplier);
        }
      }
    }
  }

  private int largestOrSum(byte[] arena, int y, int x, int c) {
    int result = means == null ? Byte.MIN_VALUE : 0;
    int right = PoolingWindow.right(window, x, input);
    for (int row = PoolingWindow.top(window, y); row < PoolingWindow.bottom(window, y, input); row++) {
      for (int column = PoolingWindow.left(window, x); column < right; column++) {
        byte value = arena[input.offset() + (row * input.width() + column) * input.channels() + c];
        result = means == null ? Math.max(result, value) : result + value;
      }
    }
    return result;
  }
}
