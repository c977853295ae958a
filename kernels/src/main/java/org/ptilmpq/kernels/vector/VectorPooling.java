package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.arithmetic.PoolingWindow;
import org.ptilmpq.kernels.arithmetic.PoolingWindow.WindowMean;
import org.ptilmpq.kernels.arithmetic.Requantization;
import org.ptilmpq.kernels.scalar.RowKernel;
import org.ptilmpq.kernels.scalar.ScalarPooling;
import org.ptilmpq.kernels.vector.Lanes.ChannelChunks;

/** The largest byte or the mean of each window, for a vector of channels at a time; one output row per unit of work. */
final class VectorPooling {

  private VectorPooling() {}

  /** Returns a vector kernel where there is a vector of channels, else the scalar one. */
  static Kernel prepare(KernelSpec.MaxPooling spec) {
    return chunks(spec.output()).fit() ? new Max(spec) : new ScalarPooling(spec);
  }

  /** Returns a vector kernel where there is a vector of channels, else the scalar one. */
  static Kernel prepare(KernelSpec.AveragePooling spec) {
    return chunks(spec.output()).fit() ? new Mean(spec) : new ScalarPooling(spec);
  }

  /** The scratch of the mean's kernel. */
  static ScratchSize scratch(KernelSpec.AveragePooling spec) {
    return chunks(spec.output()).fit() ? new ScratchSize(2 * Lanes.BYTES, Lanes.BYTES) : ScratchSize.NONE;
  }

  private static ChannelChunks chunks(TensorView output) {
    return new ChannelChunks(output.channels(), Lanes.BYTES);
  }

  /** The largest byte. */
  private static final class Max extends RowKernel {

    private final KernelSpec.MaxPooling spec;
    private final ChannelChunks chunks;

    Max(KernelSpec.MaxPooling spec) {
      super(spec.output(), "byte lanes");
      this.spec = spec;
      chunks = chunks(spec.output());
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

  /** The mean. */
  private static final class Mean extends RowKernel {

    private final KernelSpec.AveragePooling spec;
    private final WindowMean means;
    private final ChannelChunks chunks;
    private final int low;
    private final int high;

    Mean(KernelSpec.AveragePooling spec) {
      super(spec.output(), "int lanes");
      this.spec = spec;
      chunks = chunks(spec.output());
      means = new WindowMean(spec);
      low = Requantization.boundBits(spec.low());
      high = Requantization.boundBits(spec.high());
    }

    @Override
    public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
      byte[] arena = tensors.bytes();
      TensorView output = spec.output();
      float[] factors = scratch.floats();
      Arrays.fill(factors, Lanes.BYTES, 2 * Lanes.BYTES, means.offset());
      for (int y = first; y < end; y++) {
        for (int x = 0; x < output.width(); x++) {
          int inside = means.inside(y, x);
          int padding = means.paddingSum(inside);
          Arrays.fill(factors, 0, Lanes.BYTES, means.multiplier(inside));
          int to = output.offset() + (y * output.width() + x) * output.channels();
          for (int chunk = 0; chunk < chunks.count(); chunk++) {
            int channel = chunks.start(chunk);
            sum(arena, y, x, channel, padding, scratch.ints());
            mean(scratch.ints(), factors, arena, to + channel);
          }
        }
      }
    }

    /** Sums one vector of channels over a window, in the interleaved order of {@link ByteLanes}. */
    private void sum(byte[] arena, int y, int x, int channel, int padding, int[] sums) {
      TensorView input = spec.input();
      int bottom = PoolingWindow.bottom(spec.window(), y, input);
      int left = PoolingWindow.left(spec.window(), x);
      int right = PoolingWindow.right(spec.window(), x, input);
      IntVector s0 = IntVector.broadcast(Lanes.INT, padding);
      IntVector s1 = s0;
      IntVector s2 = s0;
      IntVector s3 = s0;
      for (int row = PoolingWindow.top(spec.window(), y); row < bottom; row++) {
        int from = input.offset() + row * input.width() * input.channels() + channel;
        for (int column = left; column < right; column++) {
          IntVector words =
              ByteVector.fromArray(Lanes.BYTE, arena, from + column * input.channels()).reinterpretAsInts();
          s0 = words.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 24).add(s0);
          s1 = words.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 24).add(s1);
          s2 = words.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 24).add(s2);
          s3 = words.lanewise(VectorOperators.ASHR, 24).add(s3);
        }
      }
      s0.intoArray(sums, 0);
      s1.intoArray(sums, Lanes.WORDS);
      s2.intoArray(sums, 2 * Lanes.WORDS);
      s3.intoArray(sums, 3 * Lanes.WORDS);
    }

    private void mean(int[] sums, float[] factors, byte[] arena, int to) {
      ByteLanes.requantize(sums, factors, 0, factors, Lanes.BYTES, low, high, arena, to);
    }
  }
}
