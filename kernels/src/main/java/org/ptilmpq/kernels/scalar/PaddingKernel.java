package org.ptilmpq.kernels.scalar;

import java.util.Arrays;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.RowKernel;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorView;

/** Copies the input into the middle of zeros; one output row a unit of work. Copies have no vector twin. */
public final class PaddingKernel extends RowKernel {

  private final KernelSpec.Padding spec;

  public PaddingKernel(KernelSpec.Padding spec) {
    super(spec.output(), "copy");
    this.spec = spec;
  }

  @Override
  public void run(byte[] arena, float[] scores, int first, int end, Scratch scratch) {
    TensorView input = spec.input();
    TensorView output = spec.output();
    int rowBytes = output.width() * output.channels();
    for (int y = first; y < end; y++) {
      int to = output.offset() + y * rowBytes;
      Arrays.fill(arena, to, to + rowBytes, (byte) output.zeroPoint());
      int row = y - spec.padTop();
      if (row < 0 || row >= input.height()) {
        continue;
      }
      for (int x = 0; x < input.width(); x++) {
        System.arraycopy(
            arena,
            input.offset() + (row * input.width() + x) * input.channels(),
            arena,
            to + (x + spec.padLeft()) * output.channels() + spec.padFront(),
            input.channels());
      }
    }
  }
}
