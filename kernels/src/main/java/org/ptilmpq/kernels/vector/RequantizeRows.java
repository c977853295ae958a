package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
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
        } else {
          int whole = weights.isInOrder() ? channels / Lanes.BYTES * Lanes.BYTES : 0;
          writeWhole(arena, row + first, first, whole, sums, at);
          writeRest(arena, row, first + whole, channels - whole, sums, at + whole);
        }
      }
    }
  }

  /** Channels in order, a whole vector of bytes at a time. */
  private void writeWhole(byte[] arena, int row, int first, int channels, int[] sums, int at) {
    for (int j = 0; j < channels; j += Lanes.BYTES) {
      FloatVector v0 = value(sums, at + j, first + j);
      FloatVector v1 = value(sums, at + j + Lanes.WORDS, first + j + Lanes.WORDS);
      FloatVector v2 = value(sums, at + j + 2 * Lanes.WORDS, first + j + 2 * Lanes.WORDS);
      FloatVector v3 = value(sums, at + j + 3 * Lanes.WORDS, first + j + 3 * Lanes.WORDS);
      if (spec.residual() != null) {
        ByteVector bytes = ByteVector.fromArray(Lanes.BYTE, arena, spec.residual().offset() + row + j);
        float factor = requantization.residual();
        v0 = v0.add(((FloatVector) bytes.castShape(Lanes.FLOAT, 0)).mul(factor));
        v1 = v1.add(((FloatVector) bytes.castShape(Lanes.FLOAT, 1)).mul(factor));
        v2 = v2.add(((FloatVector) bytes.castShape(Lanes.FLOAT, 2)).mul(factor));
        v3 = v3.add(((FloatVector) bytes.castShape(Lanes.FLOAT, 3)).mul(factor));
      }
      ByteLanes.storeStraight(
          rounded(v0), rounded(v1), rounded(v2), rounded(v3), arena, spec.output().offset() + row + j);
    }
  }

  /** Channels in any order, or fewer than a vector of bytes: requantized as vectors in place, moved one by one. */
  private void writeRest(byte[] arena, int row, int first, int channels, int[] sums, int at) {
    for (int j = 0; j < channels; j += Lanes.WORDS) {
      FloatVector value = value(sums, at + j, first + j);
      if (spec.residual() != null) {
        // The place of the sums takes the residual's bytes, so that they can be loaded as a vector.
        gather(arena, spec.residual().offset() + row, first + j, Math.min(Lanes.WORDS, channels - j), sums, at + j);
        FloatVector bytes = ByteLanes.toFloat(IntVector.fromArray(Lanes.INT, sums, at + j));
        value = value.add(bytes.mul(requantization.residual()));
      }
      rounded(value).intoArray(sums, at + j);
    }
    store(arena, spec.output().offset() + row, first, channels, sums, at);
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
