package org.ptilmpq.kernels.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.TensorView;

/**
 * Kernels that copy bytes to other places, one output row per unit of work. They have no vector twin, nor one in
 * machine code: they work in memory of either form.
 */
public final class CopyKernels {

  private CopyKernels() {}

  /** Copies every stride-th row, column and channel. */
  public static final class Slice extends RowKernel {

    private final KernelSpec.Slice spec;

    /** Whether what an output row takes of the input lies there without gaps. */
    private final boolean wholeRows;

    public Slice(KernelSpec.Slice spec) {
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

  /** Copies the input into the middle of zeros. */
  public static final class Padding extends RowKernel {

    private final KernelSpec.Padding spec;

    public Padding(KernelSpec.Padding spec) {
      super(spec.output(), "copy");
      this.spec = spec;
    }

    @Override
    public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
      MemorySegment arena = tensors.arena();
      TensorView input = spec.input();
      TensorView output = spec.output();
      int rowBytes = output.width() * output.channels();
      for (int y = first; y < end; y++) {
        int to = output.offset() + y * rowBytes;
        fill(arena, to, rowBytes, (byte) output.zeroPoint());
        int row = y - spec.padTop();
        if (row >= 0 && row < input.height()) {
          int from = input.offset() + row * input.width() * input.channels();
          copy(arena, from, to + spec.padLeft() * output.channels() + spec.padFront());
        }
      }
    }

    /**
     * Sets the first byte and copies what is there after itself: few calls, no slice of the segment, and no row kept
     * for it.
     */
    private static void fill(MemorySegment arena, int to, int length, byte value) {
      arena.set(ValueLayout.JAVA_BYTE, to, value);
      for (long done = 1; done < length; done *= 2) {
        MemorySegment.copy(arena, to, arena, to + done, Math.min(done, length - done));
      }
    }

    /** Copies one row of the input. */
    private void copy(MemorySegment arena, int from, int to) {
      int channels = spec.input().channels();
      int step = spec.output().channels();
      if (channels == step) {
        MemorySegment.copy(arena, from, arena, to, spec.input().width() * channels);
        return;
      }
      for (int x = 0; x < spec.input().width(); x++, from += channels, to += step) {
        MemorySegment.copy(arena, from, arena, to, channels);
      }
    }
  }
}
