package org.ptilmpq.kernels.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.TensorView;

/**
 * Copies the input into the middle of zeros; one output row per unit of work. Copies have no vector twin, nor one in
 * machine code: this one works in memory of either form.
 */
public final class PaddingKernel extends RowKernel {

  private final KernelSpec.Padding spec;

  public PaddingKernel(KernelSpec.Padding spec) {
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
   * Sets the first byte and copies what is there after itself: few calls, no slice of the segment, and no row kept for
   * it.
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
