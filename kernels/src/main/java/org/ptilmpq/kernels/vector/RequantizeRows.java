package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
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

  RequantizeRows(KernelSpec.Convolution spec, Requantization requantization) {
    this.spec = spec;
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
        int first = blocks[b].firstChannel();
        int channels = blocks[b].channels();
        if (spec.floatScores()) {
          writeScores(arena, scores, row, first, channels, sums, at);
        } else if (spec.residual() == null) {
          requantize(sums, at, first, channels);
          store(arena, spec.output().offset() + row, first, channels, sums, at);
        } else {
          requantize(arena, spec.residual().offset() + row, sums, at, first, channels);
          store(arena, spec.output().offset() + row, first, channels, sums, at);
        }
      }
    }
  }

  private void requantize(int[] sums, int at, int first, int channels) {
    for (int j = 0; j < channels; j += Lanes.WORDS) {
      rounded(value(sums, at + j, first + j)).intoArray(sums, at + j);
    }
  }

  private void requantize(byte[] arena, int residual, int[] sums, int at, int first, int channels) {
    for (int j = 0; j < channels; j += Lanes.WORDS) {
      FloatVector value = value(sums, at + j, first + j);
      // The place of the sums takes the residual's bytes, so that they can be loaded as a vector.
      gather(arena, residual, first + j, Math.min(Lanes.WORDS, channels - j), sums, at + j);
      FloatVector bytes = ByteLanes.toFloat(IntVector.fromArray(Lanes.INT, sums, at + j));
      rounded(value.add(bytes.mul(requantization.residual()))).intoArray(sums, at + j);
    }
  }

  private FloatVector value(int[] sums, int at, int channel) {
    return ByteLanes.toFloat(IntVector.fromArray(Lanes.INT, sums, at))
        .mul(FloatVector.fromArray(Lanes.FLOAT, multiplier, channel))
        .add(FloatVector.fromArray(Lanes.FLOAT, offset, channel));
  }

  private IntVector rounded(FloatVector value) {
    return ByteLanes.rounded(value, requantization.low(), requantization.high());
  }

  private void gather(byte[] arena, int row, int first, int count, int[] to, int at) {
    if (weights.isInOrder()) {
      for (int j = 0; j < count; j++) {
        to[at + j] = arena[row + first + j];
      }
    } else {
      for (int j = 0; j < count; j++) {
        to[at + j] = arena[row + weights.outputChannel(first + j)];
      }
    }
  }

  private void store(byte[] arena, int row, int first, int count, int[] from, int at) {
    if (weights.isInOrder()) {
      for (int j = 0; j < count; j++) {
        arena[row + first + j] = (byte) from[at + j];
      }
    } else {
      for (int j = 0; j < count; j++) {
        arena[row + weights.outputChannel(first + j)] = (byte) from[at + j];
      }
    }
  }

  private void writeScores(byte[] arena, float[] scores, int row, int first, int channels, int[] sums, int at) {
    for (int j = 0; j < channels; j++) {
      int channel = row + weights.outputChannel(first + j);
      int residual = spec.residual() == null ? 0 : arena[spec.residual().offset() + channel];
      scores[channel] = requantization.real(sums[at + j], first + j, residual);
    }
  }
}
