package org.ptilmpq.kernels.scalar;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.arithmetic.LevelSums;
import org.ptilmpq.kernels.arithmetic.Requantization;

/** Depthwise convolution: every output channel sees one input channel. One output row is a unit of work. */
public final class ScalarDepthwise extends RowKernel {

  private final KernelSpec.Convolution spec;
  private final PackedWeights weights;
  /** An array, since a list makes an iterator each time it is walked. */
  private final Block[] blocks;
  private final Requantization requantization;
  private final int outputsPerInput;

  public ScalarDepthwise(KernelSpec.Convolution spec) {
    super(spec.output(), "scalar depthwise");
    this.spec = spec;
    weights = spec.weights();
    blocks = weights.blocks().toArray(Block[]::new);
    requantization = Requantization.of(spec, LevelSums.of(weights));
    outputsPerInput = spec.output().channels() / spec.groups();
  }

  public static ScratchSize scratch(KernelSpec.Convolution spec) {
    return new ScratchSize(0, spec.window().taps());
  }

  @Override
  public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
    byte[] arena = tensors.bytes();
    float[] scores = tensors.scores();
    int[] levels = scratch.ints();
    for (Block block : blocks) {
      for (int j = 0; j < block.channels(); j++) {
        weights.unpack(block, j, levels);
        for (int y = first; y < end; y++) {
          row(arena, scores, y, block.firstChannel() + j, levels);
        }
      }
    }
  }

  private void row(byte[] arena, float[] scores, int y, int c, int[] levels) {
    TensorView output = spec.output();
    int channel = weights.outputChannel(c);
    for (int x = 0; x < output.width(); x++) {
      int sum = window(arena, y, x, channel / outputsPerInput, levels);
      int at = (y * output.width() + x) * output.channels() + channel;
      int residual = spec.residual() == null ? 0 : arena[spec.residual().offset() + at];
      if (spec.floatScores()) {
        scores[at] = requantization.real(sum, c, residual);
      } else {
        arena[output.offset() + at] = requantization.toByte(sum, c, residual);
      }
    }
  }

  private int window(byte[] arena, int y, int x, int channel, int[] levels) {
    TensorView input = spec.input();
    Window window = spec.window();
    int sum = 0;
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      int row = y * window.strideY() - window.padTop() + ky * window.dilationY();
      for (int kx = 0; kx < window.kernelWidth(); kx++) {
        int column = x * window.strideX() - window.padLeft() + kx * window.dilationX();
        boolean inside = row >= 0 && row < input.height() && column >= 0 && column < input.width();
        int value =
            inside
                ? arena[input.offset() + (row * input.width() + column) * input.channels() + channel]
                : input.zeroPoint();
        sum += levels[ky * window.kernelWidth() + kx] * value;
      }
    }
    return sum;
  }
}
