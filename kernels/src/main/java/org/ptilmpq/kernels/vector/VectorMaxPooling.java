package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.arithmetic.PoolingWindow;
import org.ptilmpq.kernels.scalar.RowKernel;
import org.ptilmpq.kernels.vector.Lanes.ChannelChunks;

/** The largest byte of each window, for a vector of channels at a time; one output row per unit of work. */
final class VectorMaxPooling extends RowKernel {

  private final KernelSpec.MaxPooling spec;
  private final ChannelChunks chunks;

  VectorMaxPooling(KernelSpec.MaxPooling spec) {
    super(spec.output(), "byte lanes");
    this.spec = spec;
    chunks = chunks(spec);
  }

  /** Whether there is a vector of channels. */
  static boolean fits(KernelSpec.MaxPooling spec) {
    return chunks(spec).fit();
  }

  private static ChannelChunks chunks(KernelSpec.MaxPooling spec) {
    return new ChannelChunks(spec.output().channels(), Lanes.BYTES);
  }

  @Override
  public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
    byte[] arena = tensors.bytes();
    TensorView output = spec.output();
    for (int y = first; y < end; y++) {
      for (int x = 0; x < output.width(); x++) {
        int to = output.offset() + (y * output.width() + x) * output.channels();
        for (int chunk = 0; chunk < chunks.count(); chunk++) {
          int channel = chunks.start(chunk);
          largest(arena, y, x, channel, to + channel);
        }
      }
    }
  }

  private void largest(byte[] arena, int y, int x, int channel, int to) {
    TensorView input = spec.input();
    int bottom = PoolingWindow.bottom(spec.window(), y, input);
    int left = PoolingWindow.left(spec.window(), x);
    int columns = PoolingWindow.right(spec.window(), x, input) - left;
    // Of constant length, which is one instruction.
    Arrays.fill(arena, to, to + Lanes.BYTES, Byte.MIN_VALUE);
    for (int row = PoolingWindow.top(spec.window(), y); row < bottom; row++) {
      int from = input.offset() + (row * input.width() + left) * input.channels() + channel;
      raise(arena, to, from, columns, input.channels());
    }
  }

  /**
   * Stores the larger of what is there and a row of the window. The method is always called on a vector just loaded,
   * also after the loop: the JIT knows its class, but that of a vector from the loop only by its profile, and where
   * that is mixed the vector is boxed.
   */
  private static void raise(byte[] arena, int to, int from, int columns, int stride) {
    ByteVector largest = ByteVector.fromArray(Lanes.BYTE, arena, to);
    for (int column = 0; column < columns; column++) {
      largest = ByteVector.fromArray(Lanes.BYTE, arena, from + column * stride).max(largest);
    }
    ByteVector.fromArray(Lanes.BYTE, arena, to).max(largest).intoArray(arena, to);
  }
}
