package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.Requantization;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.scalar.LevelSums;

/**
 * Depthwise convolution, one output channel an input channel: a vector of channels at a time in 32-bit integers. A unit of
 * work is one chunk of channels ({@link ChannelChunks}) over the whole output, so that only the levels of that chunk are
 * unpacked, into the order of the lanes.
 */
final class VectorDepthwise implements Kernel {

  private final KernelSpec.Convolution spec;
  private final PackedWeights weights;
  /** Block and lane of each output channel: {@code block · 64 + lane}. */
  private final int[] place;
  /** Requantization in the order of the lanes of each chunk, a chunk after the other. */
  private final float[] multiplier;
  private final float[] offset;
  private final Requantization requantization;

  /** For tensors of at least one vector of channels ({@link ChannelChunks#fit}), bytes out, without a residual. */
  VectorDepthwise(KernelSpec.Convolution spec) {
    this.spec = spec;
    weights = spec.weights();
    requantization = Requantization.of(spec, LevelSums.of(weights));
    int channels = weights.channels();
    place = new int[channels];
    int[] packed = new int[channels];
    for (int b = 0; b < weights.blocks().size(); b++) {
      Block block = weights.blocks().get(b);
      for (int j = 0; j < block.channels(); j++) {
        int channel = weights.outputChannel(block.firstChannel() + j);
        place[channel] = b * PackedWeights.BLOCK + j;
        packed[channel] = block.firstChannel() + j;
      }
    }
    multiplier = new float[ChannelChunks.count(channels) * Lanes.BYTES];
    offset = new float[multiplier.length];
    for (int chunk = 0; chunk < ChannelChunks.count(channels); chunk++) {
      for (int i = 0; i < Lanes.BYTES; i++) {
        int at = chunk * Lanes.BYTES + laneOrder(i);
        int from = packed[ChannelChunks.start(chunk, channels) + i];
        multiplier[at] = requantization.multiplier()[from];
        offset[at] = requantization.offset()[from];
      }
    }
  }

  /** Whether this kernel can do it; {@link org.ptilmpq.kernels.scalar.ScalarDepthwise} can do all. */
  static boolean fits(KernelSpec.Convolution spec) {
    return ChannelChunks.fit(spec.output().channels())
        && spec.output().channels() == spec.input().channels()
        && spec.residual() == null
        && !spec.floatScores();
  }

  static ScratchSize scratch(KernelSpec.Convolution spec) {
    return new ScratchSize(0, spec.window().taps() * Lanes.BYTES);
  }

  /** Where channel i of a chunk stands once {@link ByteLanes} has taken its bytes apart. */
  private static int laneOrder(int i) {
    return i % 4 * Lanes.WORDS + i / 4;
  }

  @Override
  public int units() {
    return ChannelChunks.count(weights.channels());
  }

  @Override
  public String method() {
    return "int lanes depthwise";
  }

  @Override
  public void run(byte[] arena, float[] scores, int first, int end, Scratch scratch) {
    TensorView output = spec.output();
    int[] levels = scratch.ints();
    for (int chunk = first; chunk < end; chunk++) {
      int channel = ChannelChunks.start(chunk, output.channels());
      unpack(channel, levels);
      for (int y = 0; y < output.height(); y++) {
        for (int x = 0; x < output.width(); x++) {
          convolve(arena, y, x, channel, chunk, levels);
        }
      }
    }
  }

  private void unpack(int channel, int[] levels) {
    for (int i = 0; i < Lanes.BYTES; i++) {
      Block block = weights.blocks().get(place[channel + i] / PackedWeights.BLOCK);
      int lane = place[channel + i] % PackedWeights.BLOCK;
      for (int tap = 0; tap < weights.inputs(); tap++) {
        levels[tap * Lanes.BYTES + laneOrder(i)] = block.group().level(weights.code(block, tap, lane));
      }
    }
  }

  private void convolve(byte[] arena, int y, int x, int channel, int chunk, int[] levels) {
    TensorView input = spec.input();
    Window window = spec.window();
    IntVector s0 = IntVector.zero(Lanes.INT);
    IntVector s1 = s0;
    IntVector s2 = s0;
    IntVector s3 = s0;
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      int row = y * window.strideY() - window.padTop() + ky * window.dilationY();
      for (int kx = 0; kx < window.kernelWidth(); kx++) {
        int column = x * window.strideX() - window.padLeft() + kx * window.dilationX();
        int at = (ky * window.kernelWidth() + kx) * Lanes.BYTES;
        IntVector words =
            row >= 0 && row < input.height() && column >= 0 && column < input.width()
                ? ByteLanes.load(
                    arena, input.offset() + (row * input.width() + column) * input.channels() + channel)
                : IntVector.broadcast(Lanes.INT, (input.zeroPoint() & 255) * 0x01010101);
        s0 = s0.add(ByteLanes.widen(words, 0).mul(IntVector.fromArray(Lanes.INT, levels, at)));
        s1 = s1.add(ByteLanes.widen(words, 1).mul(IntVector.fromArray(Lanes.INT, levels, at + Lanes.WORDS)));
        s2 = s2.add(ByteLanes.widen(words, 2).mul(IntVector.fromArray(Lanes.INT, levels, at + 2 * Lanes.WORDS)));
        s3 = s3.add(ByteLanes.widen(words, 3).mul(IntVector.fromArray(Lanes.INT, levels, at + 3 * Lanes.WORDS)));
      }
    }
    int factors = chunk * Lanes.BYTES;
    int to = spec.output().offset() + (y * spec.output().width() + x) * spec.output().channels() + channel;
    ByteLanes.store(
        requantized(s0, factors),
        requantized(s1, factors + Lanes.WORDS),
        requantized(s2, factors + 2 * Lanes.WORDS),
        requantized(s3, factors + 3 * Lanes.WORDS),
        arena,
        to);
  }

  private IntVector requantized(IntVector sum, int at) {
    FloatVector value =
        ByteLanes.toFloat(sum)
            .mul(FloatVector.fromArray(Lanes.FLOAT, multiplier, at))
            .add(FloatVector.fromArray(Lanes.FLOAT, offset, at));
    return ByteLanes.rounded(value, requantization.low(), requantization.high());
  }
}
