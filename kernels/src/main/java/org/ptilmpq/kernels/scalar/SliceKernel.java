package org.ptilmpq.kernels.scalar;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.RowKernel;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorView;

/** Copies every stride-th row, column and channel; one output row a unit of work. Copies have no vector twin. */
public final class SliceKernel extends RowKernel {

  private final KernelSpec.Slice spec;

  public SliceKernel(KernelSpec.Slice spec) {
    super(spec.output(), "copy");
    this.spec = spec;
  }

  @Override
  public void run(byte[] arena, float[] scores, int first, int end, Scratch scratch) {
    TensorView input = spec.input();
    TensorView output = spec.output();
    for (int y = first; y < end; y++) {
      for (int x = 0; x < output.width(); x++) {
        int row = spec.startY() + y * spec.strideY();
        int column = spec.startX() + x * spec.strideX();
        int from = input.offset() + (row * input.width() + column) * input.channels() + spec.startC();
        int to = output.offset() + (y * output.width() + x) * output.channels();
        if (spec.strideC() == 1) {
          System.arraycopy(arena, from, arena, to, output.channels());
        } else {
          for (int c = 0; c < output.channels(); c++) {
            arena[to + c] = arena[from + c * spec.strideC()];
          }
        }
      }
    }
  }
}
