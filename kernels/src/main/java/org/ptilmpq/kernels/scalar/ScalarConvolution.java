package org.ptilmpq.kernels.scalar;

import java.util.Arrays;
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

/**
 * Convolution with packed weights, one output row per unit of work. For 64 channels at a time, codes become integer
 * levels one tile of inputs after the other, and each tile is used by the whole row while it is in cache.
 */
final class ScalarConvolution extends RowKernel {

  /** Inputs of one tile of levels: 64 channels · 256 inputs · 4 bytes are 64 KiB. */
  private static final int TILE = 256;

  private final KernelSpec.Convolution spec;
  private final PackedWeights weights;
  /** An array, since a list makes an iterator each time it is walked. */
  private final Block[] blocks;
  private final Requantization requantization;
  private final int inputsPerGroup;
  private final int outputsPerGroup;

  ScalarConvolution(KernelSpec.Convolution spec) {
    super(spec.output(), "scalar");
    this.spec = spec;
    weights = spec.weights();
    blocks = weights.blocks().toArray(Block[]::new);
    requantization = Requantization.of(spec, LevelSums.of(weights));
    inputsPerGroup = spec.input().channels() / spec.groups();
    outputsPerGroup = spec.output().channels() / spec.groups();
  }

  static ScratchSize scratch(KernelSpec.Convolution spec) {
    int tile = Math.min(TILE, spec.weights().inputs());
    return new ScratchSize(0, (tile + spec.output().width()) * PackedWeights.BLOCK);
  }

  @Override
  public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
    byte[] arena = tensors.bytes();
    float[] scores = tensors.scores();
    int[] ints = scratch.ints();
    int levels = spec.output().width() * PackedWeights.BLOCK;
    for (int y = first; y < end; y++) {
      for (Block block : blocks) {
        Arrays.fill(ints, 0, levels, 0);
        for (int k = 0; k < weights.inputs() && block.width() > 0; k += TILE) {
          int kEnd = Math.min(weights.inputs(), k + TILE);
          unpack(block, k, kEnd, ints, levels);
          accumulateRow(arena, y, block, k, kEnd, ints, levels);
        }
        write(arena, scores, y, block, ints);
      }
    }
  }

  /** Unpacks levels of inputs k … kEnd−1, 64 channels per input; a bit plane is read once. */
  private void unpack(Block block, int k, int kEnd, int[] ints, int levels) {
    int unused = Integer.SIZE - block.width();
    for (int i = k; i < kEnd; i++) {
      int at = levels + (i - k) * PackedWeights.BLOCK;
      Arrays.fill(ints, at, at + block.channels(), 0);
      for (int plane = 0; plane < block.width(); plane++) {
        long word = weights.word(block, i, plane);
        for (int j = 0; j < block.channels(); j++) {
          ints[at + j] |= (int) (word >>> j & 1) << plane;
        }
      }
      for (int j = 0; j < block.channels(); j++) {
        ints[at + j] = block.group().level(ints[at + j] << unused >> unused);
      }
    }
    int end = weights.firstTailRow(block, kEnd);
    for (int row = weights.firstTailRow(block, k); row < end; row++) {
      int at = levels + (weights.tailInput(block, row) - k) * PackedWeights.BLOCK;
      for (int j = 0; j < block.channels(); j++) {
        ints[at + j] += weights.tail(block, row, j) << block.width();
      }
    }
  }

  private void accumulateRow(byte[] arena, int y, Block block, int k, int kEnd, int[] ints, int levels) {
    TensorView input = spec.input();
    Window window = spec.window();
    int firstChannel = block.firstChannel() / outputsPerGroup * inputsPerGroup;
    for (int x = 0; x < spec.output().width(); x++) {
      for (int i = k; i < kEnd; i++) {
        int tap = i / inputsPerGroup;
        int row = y * window.strideY() - window.padTop() + tap / window.kernelWidth() * window.dilationY();
        int column = x * window.strideX() - window.padLeft() + tap % window.kernelWidth() * window.dilationX();
        boolean inside = row >= 0 && row < input.height() && column >= 0 && column < input.width();
        int value =
            inside
                ? arena[
                    input.offset()
                        + (row * input.width() + column) * input.channels()
                        + firstChannel
                        + i % inputsPerGroup]
                : input.zeroPoint();
        int sums = x * PackedWeights.BLOCK;
        int at = levels + (i - k) * PackedWeights.BLOCK;
        for (int j = 0; j < block.channels(); j++) {
          ints[sums + j] += ints[at + j] * value;
        }
      }
    }
  }

  private void write(byte[] arena, float[] scores, int y, Block block, int[] ints) {
    TensorView output = spec.output();
    for (int x = 0; x < output.width(); x++) {
      int pixel = (y * output.width() + x) * output.channels();
      for (int j = 0; j < block.channels(); j++) {
        int c = block.firstChannel() + j;
        int at = pixel + weights.outputChannel(c);
        int residual = spec.residual() == null ? 0 : arena[spec.residual().offset() + at];
        int sum = ints[x * PackedWeights.BLOCK + j];
        if (spec.floatScores()) {
          scores[at] = requantization.real(sum, c, residual);
        } else {
          arena[output.offset() + at] = requantization.toByte(sum, c, residual);
        }
      }
    }
  }
}
