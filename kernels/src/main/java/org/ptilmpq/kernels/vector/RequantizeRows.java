package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.Requantization;

/**
 * From rows of 32-bit sums to the output tensor: requantizes a vector of channels at a time, in place, then narrows and
 * undoes the packed order of the channels as bytes are written. Bit for bit {@link Requantization#toByte}.
 */
final class RequantizeRows {

  private final KernelSpec.Convolution spec;
  private final PackedWeights weights;
  private final Requantization requantization;

  /** Factors padded to whole vectors beyond the last channel. */
  private final float[] multiplier;
  private final float[] offset;

  /** Where in the sums a block of residuals is put. */
  private final int residualAt;

  /**
   * @param residualAt where in the array of sums there is room for {@value PackedWeights#BLOCK} residuals
   */
  RequantizeRows(KernelSpec.Convolution spec, Requantization requantization, int residualAt) {
    this.spec = spec;
    this.residualAt = residualAt;
    weights = spec.weights();
    this.requantization = requantization;
    multiplier = Arrays.copyOf(requantization.multiplier(), weights.channels() + Lanes.WORDS);
    offset = Arrays.copyOf(requantization.offset(), weights.channels() + Lanes.WORDS);
  }

  /**
   * Writes {@code pixels} rows of the blocks {@code from} up to {@code to}.
   *
   * @param sums row r of block b starts at {@code r · stride + (b − from) · 64}; overwritten
   */
  void write(
      byte[] arena, float[] scores, int pixel, int pixels, Block[] blocks, int from, int to, int[] sums, int stride) {
    for (int r = 0; r < pixels; r++) {
      int row = (pixel + r) * spec.output().channels();
      for (int b = from; b < to; b++) {
        int at = r * stride + (b - from) * PackedWeights.BLOCK;
        if (spec.floatScores()) {
          writeScores(arena, scores, row, blocks[b], sums, at);
        } else {
          writeBytes(arena, row, blocks[b], sums, at);
        }
      }
    }
  }

  private void writeBytes(byte[] arena, int row, Block block, int[] sums, int at) {
    int first = block.firstChannel();
    if (spec.residual() == null) {
      requantize(sums, at, first, block.channels());
    } else {
      gather(arena, spec.residual().offset() + row, first, block.channels(), sums);
      requantizeWithResidual(sums, at, first, block.channels());
    }
    scatter(sums, at, arena, spec.output().offset() + row, first, block.channels());
  }

  private void requantize(int[] sums, int at, int first, int channels) {
    for (int j = 0; j < channels; j += Lanes.WORDS) {
      ((FloatVector) IntVector.fromArray(Lanes.INT, sums, at + j).convert(VectorOperators.I2F, 0))
          .mul(FloatVector.fromArray(Lanes.FLOAT, multiplier, first + j))
          .add(FloatVector.fromArray(Lanes.FLOAT, offset, first + j))
          .max(requantization.low())
          .min(requantization.high())
          .add(Requantization.ROUND_MAGIC)
          .reinterpretAsInts()
          .intoArray(sums, at + j);
    }
  }

  private void requantizeWithResidual(int[] sums, int at, int first, int channels) {
    for (int j = 0; j < channels; j += Lanes.WORDS) {
      FloatVector residual =
          ((FloatVector) IntVector.fromArray(Lanes.INT, sums, residualAt + j).convert(VectorOperators.I2F, 0))
              .mul(requantization.residual());
      ((FloatVector) IntVector.fromArray(Lanes.INT, sums, at + j).convert(VectorOperators.I2F, 0))
          .mul(FloatVector.fromArray(Lanes.FLOAT, multiplier, first + j))
          .add(FloatVector.fromArray(Lanes.FLOAT, offset, first + j))
          .add(residual)
          .max(requantization.low())
          .min(requantization.high())
          .add(Requantization.ROUND_MAGIC)
          .reinterpretAsInts()
          .intoArray(sums, at + j);
    }
  }

  /** The residual's bytes of a block in packed order, sign-extended. */
  private void gather(byte[] arena, int row, int first, int channels, int[] sums) {
    int j = 0;
    if (weights.isInOrder()) {
      for (; j + Lanes.BYTES <= channels; j += Lanes.BYTES) {
        ByteLanes.widen(arena, row + first + j, sums, residualAt + j);
      }
    }
    for (; j < channels; j++) {
      sums[residualAt + j] = arena[row + weights.outputChannel(first + j)];
    }
  }

  /** The low bytes of a block's lanes to the channels they belong to. */
  private void scatter(int[] from, int at, byte[] arena, int row, int first, int channels) {
    int j = 0;
    if (weights.isInOrder()) {
      for (; j + Lanes.BYTES <= channels; j += Lanes.BYTES) {
        ByteLanes.narrow(from, at + j, arena, row + first + j);
      }
    }
    for (; j < channels; j++) {
      arena[row + weights.outputChannel(first + j)] = (byte) from[at + j];
    }
  }

  private void writeScores(byte[] arena, float[] scores, int row, Block block, int[] sums, int at) {
    for (int j = 0; j < block.channels(); j++) {
      int c = block.firstChannel() + j;
      int channel = row + weights.outputChannel(c);
      int residual = spec.residual() == null ? 0 : arena[spec.residual().offset() + channel];
      scores[channel] = requantization.real(sums[at + j], c, residual);
    }
  }
}
