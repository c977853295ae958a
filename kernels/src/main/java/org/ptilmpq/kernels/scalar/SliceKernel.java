package org.ptilmpq.kernels.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.TensorView;

/**
 * Copies every stride-th row, column and channel; one output row per unit of work. Copies have no vector twin, nor one
 * in machine code: this one works in memory of either form.
 */
public final class SliceKernel extends RowKernel {

  private final KernelSpec.Slice spec;

  /** Whether what an output row takes of the input lies there without gaps. */
  private final boolean wholeRows;

  public SliceKernel(KernelSpec.Slice spec) {
    super(spec.output(), "copy");
    this.spec = spec;
    boolean wholePixels = spec.strideC() == 1 && spec.output().channels() == spec.input().channels();
    wholeRows = wholePixels && spec.strideX() == 1;
  }

  @Override
  public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
    MemorySegment arena = tensors.arena();
    TensorView input = spec.input();
    TensorView output = spec.output();
    for (int y = first; y < end; y++) {
      int row = spec.startY() + y * spec.strideY();
      int from = input.offset() + (row * input.width() + spec.startX()) * input.channels() + spec.startC();
      int to = output.offset() + y * output.width() * output.channels();
      if (wholeRows) {
        MemorySegment.copy(arena, from, arena, to, output.width() * output.channels());
      } else {
        copyPixels(arena, from, to);
      }
    }
  }

  private void copyPixels(MemorySegment arena, int from, int to) {
    int channels = spec.output().channels();
    int step = spec.strideX() * spec.input().channels();
    for (int x = 0; x < spec.output().width(); x++, from += step, to += channels) {
      if (spec.strideC() == 1) {
        MemorySegment.copy(arena, from, arena, to, channels);
      } else {
        for (int c = 0; c < channels; c++) {
          byte value = arena.get(ValueLayout.JAVA_BYTE, from + c * spec.strideC());
          arena.set(ValueLayout.JAVA_BYTE, to + c, value);
        }
      }
    }
  }
}
