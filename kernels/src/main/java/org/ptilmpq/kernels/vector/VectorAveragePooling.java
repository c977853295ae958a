package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.IntVector;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PoolingWindow;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.WindowMean;

/** The mean of each window, for a vector of channels at a time; one output row a unit of work. */
final class VectorAveragePooling implements Kernel {

  private final KernelSpec.AveragePooling spec;
  private final WindowMean means;

  /** For tensors of at least one vector of channels ({@link ChannelChunks#fit}). */
  VectorAveragePooling(KernelSpec.AveragePooling spec) {
    this.spec = spec;
    means = new WindowMean(spec);
  }

  @Override
  public int units() {
    return spec.output().height();
  }

  @Override
  public String method() {
    return "int lanes";
  }

  @Override
  public void run(byte[] arena, float[] scores, int first, int end, Scratch scratch) {
    TensorView output = spec.output();
    for (int y = first; y < end; y++) {
      for (int x = 0; x < output.width(); x++) {
        int inside = means.inside(y, x);
        float multiplier = means.multiplier(inside);
        for (int chunk = 0; chunk < ChannelChunks.count(output.channels()); chunk++) {
          average(arena, y, x, ChannelChunks.start(chunk, output.channels()), means.paddingSum(inside), multiplier);
        }
      }
    }
  }

  private void average(byte[] arena, int y, int x, int channel, int padding, float multiplier) {
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
        IntVector words = ByteLanes.load(arena, from + column * input.channels());
        s0 = s0.add(ByteLanes.widen(words, 0));
        s1 = s1.add(ByteLanes.widen(words, 1));
        s2 = s2.add(ByteLanes.widen(words, 2));
        s3 = s3.add(ByteLanes.widen(words, 3));
      }
    }
    int to = spec.output().offset() + (y * spec.output().width() + x) * spec.output().channels() + channel;
    ByteLanes.store(
        mean(s0, multiplier), mean(s1, multiplier), mean(s2, multiplier), mean(s3, multiplier), arena, to);
  }

  private IntVector mean(IntVector sum, float multiplier) {
    return ByteLanes.rounded(
        ByteLanes.toFloat(sum).mul(multiplier).add(means.offset()), spec.low(), spec.high());
  }
}
