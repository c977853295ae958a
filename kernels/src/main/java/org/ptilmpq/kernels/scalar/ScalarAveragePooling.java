package org.ptilmpq.kernels.scalar;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.arithmetic.PoolingWindow;
import org.ptilmpq.kernels.arithmetic.WindowMean;

/** The mean of each window, one output row per unit of work. */
public final class ScalarAveragePooling extends RowKernel {

  private final KernelSpec.AveragePooling spec;
  private final WindowMean means;

  public ScalarAveragePooling(KernelSpec.AveragePooling spec) {
    super(spec.output(), "scalar");
    this.spec = spec;
    means = new WindowMean(spec);
  }

  @Override
  public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
    byte[] arena = tensors.bytes();
    TensorView output = spec.output();
    for (int y = first; y < end; y++) {
      for (int x = 0; x < output.width(); x++) {
        int inside = means.inside(y, x);
        float multiplier = means.multiplier(inside);
        for (int c = 0; c < output.channels(); c++) {
          int sum = sum(arena, y, x, c) + means.paddingSum(inside);
          arena[output.offset() + (y * output.width() + x) * output.channels() + c] = means.toByte(sum, multiplier);
        }
      }
    }
  }

  private int sum(byte[] arena, int y, int x, int c) {
    TensorView input = spec.input();
    int sum = 0;
    for (int row = PoolingWindow.top(spec.window(), y); row < PoolingWindow.bottom(spec.window(), y, input); row++) {
      for (int column = PoolingWindow.left(spec.window(), x);
          column < PoolingWindow.right(spec.window(), x, input);
          column++) {
        sum += arena[input.offset() + (row * input.width() + column) * input.channels() + c];
      }
    }
    return sum;
  }
}
