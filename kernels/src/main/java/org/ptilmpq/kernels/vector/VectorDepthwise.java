package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
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
 * Depthwise convolution, one output channel an input channel: a vector of channels at a time in 32-bit integers. A unit
 * of work is one chunk of channels ({@link ChannelChunks}) over the whole output, so that only the levels of that chunk
 * are unpacked, into the order of the lanes.
 */
final class VectorDepthwise implements Kernel {

  /** In the scratch: the sums of one position, what they start with, then the levels of each tap. */
  private static final int START = Lanes.BYTES;

  private static final int LEVELS = 2 * Lanes.BYTES;

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
        int at = chunk * Lanes.BYTES + ByteLanes.interleaved(i);
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
    return new ScratchSize(0, LEVELS + spec.window().taps() * Lanes.BYTES);
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
    int[] ints = scratch.ints();
    for (int chunk = first; chunk < end; chunk++) {
      int channel = ChannelChunks.start(chunk, output.channels());
      unpack(channel, ints);
      for (int y = 0; y < output.height(); y++) {
        for (int x = 0; x < output.width(); x++) {
          convolve(arena, y, x, channel, ints);
          int to = output.offset() + (y * output.width() + x) * output.channels() + channel;
          requantize(ints, chunk * Lanes.BYTES, arena, to);
        }
      }
    }
  }

  /** Levels of each tap, and what a sum starts with: every tap on the zero point, as if the window were all padding. */
  private void unpack(int channel, int[] ints) {
    for (int i = 0; i < Lanes.BYTES; i++) {
      Block block = weights.blocks().get(place[channel + i] / PackedWeights.BLOCK);
      int j = place[channel + i] % PackedWeights.BLOCK;
      int at = ByteLanes.interleaved(i);
      int sum = 0;
      for (int tap = 0; tap < weights.inputs(); tap++) {
        int level = block.group().level(weights.code(block, tap, j));
        ints[LEVELS + tap * Lanes.BYTES + at] = level;
        sum += level;
      }
      for (int row = 0; row < block.tails().count(); row++) {
        int level = weights.tail(block, row, j) << block.width();
        ints[LEVELS + weights.tailInput(block, row) * Lanes.BYTES + at] += level;
        sum += level;
      }
      ints[START + at] = sum * spec.input().zeroPoint();
    }
  }

  private void requantize(int[] ints, int factors, byte[] arena, int to) {
    ByteLanes.requantize(
        ints, multiplier, factors, offset, factors, requantization.low(), requantization.high(), arena, to);
  }

  /** Sums of one vector of channels at one output position, in the interleaved order of {@link ByteLanes}. */
  private void convolve(byte[] arena, int y, int x, int channel, int[] ints) {
    TensorView input = spec.input();
    Window window = spec.window();
    IntVector s0 = IntVector.fromArray(Lanes.INT, ints, START);
    IntVector s1 = IntVector.fromArray(Lanes.INT, ints, START + Lanes.WORDS);
    IntVector s2 = IntVector.fromArray(Lanes.INT, ints, START + 2 * Lanes.WORDS);
    IntVector s3 = IntVector.fromArray(Lanes.INT, ints, START + 3 * Lanes.WORDS);
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      int row = y * window.strideY() - window.padTop() + ky * window.dilationY();
      for (int kx = 0; kx < window.kernelWidth(); kx++) {
        int column = x * window.strideX() - window.padLeft() + kx * window.dilationX();
        if (row < 0 || row >= input.height() || column < 0 || column >= input.width()) {
          continue;
        }
        int at = LEVELS + (ky * window.kernelWidth() + kx) * Lanes.BYTES;
        IntVector words =
            ByteVector.fromArray(
                    Lanes.BYTE,
                    arena,
                    input.offset() + (row * input.width() + column) * input.channels() + channel)
                .reinterpretAsInts();
        s0 =
            words.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 24)
                .sub(input.zeroPoint())
                .mul(IntVector.fromArray(Lanes.INT, ints, at))
                .add(s0);
        s1 =
            words.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 24)
                .sub(input.zeroPoint())
                .mul(IntVector.fromArray(Lanes.INT, ints, at + Lanes.WORDS))
                .add(s1);
        s2 =
            words.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 24)
                .sub(input.zeroPoint())
                .mul(IntVector.fromArray(Lanes.INT, ints, at + 2 * Lanes.WORDS))
                .add(s2);
        s3 =
            words.lanewise(VectorOperators.ASHR, 24)
                .sub(input.zeroPoint())
                .mul(IntVector.fromArray(Lanes.INT, ints, at + 3 * Lanes.WORDS))
                .add(s3);
      }
    }
    s0.intoArray(ints, 0);
    s1.intoArray(ints, Lanes.WORDS);
    s2.intoArray(ints, 2 * Lanes.WORDS);
    s3.intoArray(ints, 3 * Lanes.WORDS);
  }
}
