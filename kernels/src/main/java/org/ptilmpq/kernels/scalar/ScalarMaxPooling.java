package org.ptilmpq.kernels.scalar;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.arithmetic.PoolingWindow;

/** The largest byte of each window, one output row per unit of work. */
public final class ScalarMaxPooling extends RowKernel {

  private final KernelSpec.MaxPooling spec;

  public ScalarMaxPooling(KernelSpec.MaxPooling spec) {
    super(spec.output(), "scalar");
    this.spec = spec;
  }

  @Override
  public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
    byte[] arena = tensors.bytes();
    TensorView output = spec.output();
    for (int y = first; y < end; y++) {
      for (int x = 0; x < output.width(); x++) {
        for (int c = 0; c < output.channels(); c++) {
          arena[output.offset() + (y * output.width() + x) * output.channels() + c] = largest(arena, y, x, c);
        }
      }
    }
  }

  private byte largest(byte[] arena, int y, int x, int c) {
    TensorView input = spec.input();
    byte largest = Byte.MIN_VALUE;
    for (int row = PoolingWindow.top(spec.window(), y); row < PoolingWindow.bottom(spec.window(), y, input); row++) {
      for (int column = PoolingWindow.left(spec.window(), x);
          column < PoolingWindow.right(spec.window(), x, input);
          column++) {
        byte value = arena[input.offset() + (row * input.width() + column) * input.channels() + c];
        largest = value > largest ? value : largest;
      }
    }
    return largest;
  }
}
