package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.arithmetic.Requantization;

/**
 * Turns rows of 32-bit sums into the output tensor: a vector of channels at a time becomes bytes in packed order. The
 * channels of whole rows are then also put in their places by vectors ({@link BytePermutation}), and one by one where
 * the other channels are another unit's work. Bit for bit {@link Requantization#toByte}.
 */
final class RequantizeRows {

  private final KernelSpec.Convolution spec;
  private final PackedWeights weights;
  private final Requantization requantization;
  private final SumLanes lanes;

  /** One per lane, with room for whole vectors after the last. */
  private final float[] multiplier;
  private final float[] offset;

  /** From packed order to that of the tensor and back; null where they are the same. */
  private final BytePermutation toTensor;
  private final BytePermutation toPacked;

  private final boolean wholeRows;

  /** Bounds of the clamp, see {@link Requantization#boundBits}. */
  private final int low;
  private final int high;

  /** Where in the scratch's bytes rows of the output are, and those of the residual: both in packed order. */
  private final int rowsAt;
  private final int residualsAt;
  private final int rowBytes;

  /**
   * @param lanes which lane of the sums belongs to which channel
   * @param pixels largest number of pixels at a time
   * @param bytesAt where in the scratch's bytes there is room for rows
   */
  RequantizeRows(
      KernelSpec.Convolution spec, Requantization requantization, SumLanes lanes, int pixels, int bytesAt) {
    this.spec = spec;
    rowsAt = bytesAt;
    rowBytes = rowBytes(spec.weights());
    residualsAt = bytesAt + pixels * rowBytes;
    this.requantization = requantization;
    this.lanes = lanes;
    weights = spec.weights();
    low = Requantization.boundBits(requantization.low());
    high = Requantization.boundBits(requantization.high());
    multiplier = lanes.spread(requantization.multiplier());
    offset = lanes.spread(requantization.offset());
    wholeRows = !spec.floatScores();
    boolean moves = wholeRows && !weights.isInOrder();
    int[] channelOf = new int[weights.channels()];
    int[] packedOf = new int[weights.channels()];
    for (int packed = 0; packed < channelOf.length; packed++) {
      channelOf[packed] = weights.outputChannel(packed);
      packedOf[channelOf[packed]] = packed;
    }
    toTensor = moves ? new BytePermutation(packedOf) : null;
    toPacked = moves && spec.residual() != null ? new BytePermutation(channelOf) : null;
  }

  /** The scratch for rows of {@code pixels} pixels and of their residuals. */
  static ScratchSize scratch(KernelSpec.Convolution spec, int pixels, int bytesAt) {
    return new ScratchSize(0, 0, 0, bytesAt + 2 * pixels * rowBytes(spec.weights()));
  }

  /** Bytes of a row, with room for a vector after the last channel. */
  private static int rowBytes(PackedWeights weights) {
    return weights.channels() + Lanes.BYTES;
  }

  /** Brings residuals into packed order, for blocks {@code from} up to {@code end}. */
  void takeResiduals(byte[] arena, int pixel, int pixels, int from, int end, Scratch scratch) {
    if (spec.residual() == null || spec.floatScores()) {
      return;
    }
    byte[] bytes = scratch.bytes();
    for (int r = 0; r < pixels; r++) {
      int row = spec.residual().offset() + (pixel + r) * weights.channels();
      int to = residualsAt + r * rowBytes;
      if (areWhole(from, end) && toPacked != null && row + toPacked.span() <= arena.length) {
        toPacked.apply(arena, row, bytes, to);
      } else if (weights.isInOrder()) {
        System.arraycopy(arena, row + firstOf(from), bytes, to + firstOf(from), firstOf(end) - firstOf(from));
      } else {
        for (int packed = firstOf(from); packed < firstOf(end); packed++) {
          bytes[to + packed] = arena[row + weights.outputChannel(packed)];
        }
      }
    }
  }

  /** Puts finished rows into the tensor's order, for blocks {@code from} up to {@code end}. */
  void write(byte[] arena, int pixel, int pixels, int from, int end, Scratch scratch) {
    if (spec.floatScores()) {
      return;
    }
    byte[] bytes = scratch.bytes();
    if (areWhole(from, end) && toTensor != null) {
      writeWhole(arena, spec.output().offset() + pixel * weights.channels(), pixels, bytes);
      return;
    }
    for (int r = 0; r < pixels; r++) {
      int row = spec.output().offset() + (pixel + r) * weights.channels();
      int at = rowsAt + r * rowBytes;
      if (weights.isInOrder()) {
        System.arraycopy(bytes, at + firstOf(from), arena, row + firstOf(from), firstOf(end) - firstOf(from));
      } else {
        for (int packed = firstOf(from); packed < firstOf(end); packed++) {
          arena[row + weights.outputChannel(packed)] = bytes[at + packed];
        }
      }
    }
  }

  /**
   * Rows of less than a vector go where the residuals were, each over the zeros after the one before, and from there to
   * the tensor.
   */
  private void writeWhole(byte[] arena, int to, int pixels, byte[] bytes) {
    int channels = weights.channels();
    boolean narrow = channels < toTensor.span();
    for (int r = 0; r < pixels; r++) {
      if (narrow) {
        toTensor.apply(bytes, rowsAt + r * rowBytes, bytes, residualsAt + r * channels);
      } else {
        toTensor.apply(bytes, rowsAt + r * rowBytes, arena, to + r * channels);
      }
    }
    if (narrow) {
      System.arraycopy(bytes, residualsAt, arena, to, pixels * channels);
    }
  }

  private boolean areWhole(int from, int end) {
    return wholeRows && end - from == weights.blocks().size();
  }

  /**
   * Turns the sums of blocks {@code from} up to {@code to} into bytes in packed order, or into scores.
   *
   * @param scratch its integers hold the sums: row r of block b starts at {@code r · stride + (b − from) · 64}
   */
  void requantize(
      byte[] arena, float[] scores, int pixel, int pixels, int from, int to, int stride, Scratch scratch) {
    for (int b = from; b < to; b++) {
      int sums = (b - from) * PackedWeights.BLOCK;
      if (spec.floatScores()) {
        for (int r = 0; r < pixels; r++) {
          writeScores(arena, scores, (pixel + r) * weights.channels(), b, scratch.ints(), sums + r * stride);
        }
      } else {
        requantize(b, pixels, sums, stride, scratch);
      }
    }
  }

  private void requantize(int block, int pixels, int sums, int stride, Scratch scratch) {
    int lane = lanes.first()[block];
    int packed = lanes.packed()[lane];
    for (int c = 0; c < lanes.channels()[block]; c += Lanes.BYTES) {
      if (spec.residual() == null) {
        requantize(scratch.ints(), sums + c, stride, pixels, lane + c, scratch.bytes(), packed + c);
      } else {
        requantizeWithResiduals(scratch.ints(), sums + c, stride, pixels, lane + c, scratch.bytes(), packed + c);
      }
    }
  }

  /**
   * Requantizes a vector of bytes' worth of lanes, pixel by pixel.
   *
   * @param at their sums of the first pixel
   * @param packed their first packed channel
   */
  private void requantize(int[] sums, int at, int stride, int pixels, int lane, byte[] bytes, int packed) {
    ByteVector byteOfChannel = ByteVector.fromArray(Lanes.BYTE, lanes.byteOfChannel(), 0);
    int to = rowsAt + packed;
    for (int r = 0; r < pixels; r++, at += stride, to += rowBytes) {
      IntVector words = IntVector.zero(Lanes.INT);
      for (int j = 0; j < 4; j++) {
        int v = j * Lanes.WORDS;
        IntVector rounded =
            ((FloatVector) IntVector.fromArray(Lanes.INT, sums, at + v).convert(VectorOperators.I2F, 0))
                .mul(FloatVector.fromArray(Lanes.FLOAT, multiplier, lane + v))
                .add(FloatVector.fromArray(Lanes.FLOAT, offset, lane + v))
                .add(Requantization.ROUND_MAGIC)
                .reinterpretAsInts()
                .max(low)
                .min(high);
        words = rounded.and(255).lanewise(VectorOperators.LSHL, 8 * j).or(words);
      }
      byteOfChannel.selectFrom(words.reinterpretAsBytes()).intoArray(bytes, to);
    }
  }

  /** Requantizes a vector of bytes' worth of lanes with residuals, which are bytes in packed order. */
  private void requantizeWithResiduals(
      int[] sums, int at, int stride, int pixels, int lane, byte[] bytes, int packed) {
    ByteVector byteOfChannel = ByteVector.fromArray(Lanes.BYTE, lanes.byteOfChannel(), 0);
    ByteVector channelOfByte = ByteVector.fromArray(Lanes.BYTE, lanes.channelOfByte(), 0);
    int to = rowsAt + packed;
    int residual = residualsAt + packed;
    for (int r = 0; r < pixels; r++, at += stride, to += rowBytes, residual += rowBytes) {
      IntVector residuals =
          channelOfByte.selectFrom(ByteVector.fromArray(Lanes.BYTE, bytes, residual)).reinterpretAsInts();
      IntVector words = IntVector.zero(Lanes.INT);
      for (int j = 0; j < 4; j++) {
        int v = j * Lanes.WORDS;
        IntVector byteOfLane =
            residuals.lanewise(VectorOperators.LSHL, 24 - 8 * j).lanewise(VectorOperators.ASHR, 24);
        IntVector rounded =
            ((FloatVector) IntVector.fromArray(Lanes.INT, sums, at + v).convert(VectorOperators.I2F, 0))
                .mul(FloatVector.fromArray(Lanes.FLOAT, multiplier, lane + v))
                .add(FloatVector.fromArray(Lanes.FLOAT, offset, lane + v))
                .add(((FloatVector) byteOfLane.convert(VectorOperators.I2F, 0)).mul(requantization.residual()))
                .add(Requantization.ROUND_MAGIC)
                .reinterpretAsInts()
                .max(low)
                .min(high);
        words = rounded.and(255).lanewise(VectorOperators.LSHL, 8 * j).or(words);
      }
      byteOfChannel.selectFrom(words.reinterpretAsBytes()).intoArray(bytes, to);
    }
  }

  /** Packed channels before a block. */
  private int firstOf(int block) {
    return block == lanes.first().length ? weights.channels() : lanes.packed()[lanes.first()[block]];
  }

  private void writeScores(byte[] arena, float[] scores, int row, int block, int[] sums, int at) {
    int first = lanes.packed()[lanes.first()[block]];
    for (int j = 0; j < lanes.channels()[block]; j++) {
      int channel = row + weights.outputChannel(first + j);
      int residual = spec.residual() == null ? 0 : arena[spec.residual().offset() + channel];
      scores[channel] = requantization.real(sums[at + lanes.laneOf(j)], first + j, residual);
    }
  }

  /**
   * Which lane of a row of 32-bit sums belongs to which channel. A block of channels takes the same lanes in every row.
   *
   * @param evenOdd as look-ups leave them: of each vector of 16-bit lanes first the even ones, then the odd ones;
   *     otherwise lane after lane
   * @param first where the lanes of each block begin, counted over all blocks; its first channel is there
   * @param channels of each block
   * @param packed packed channel of each lane, −1 for a lane without one
   * @param byteOfChannel a vector of bytes' worth of lanes, with byte j of the words from the j-th vector of lanes:
   *     where the byte of each channel is
   * @param channelOfByte the other way round
   */
  record SumLanes(
      boolean evenOdd, int[] first, int[] channels, int[] packed, byte[] byteOfChannel, byte[] channelOfByte) {

    /** @param evenOdd the order */
    static SumLanes of(PackedWeights weights, boolean evenOdd) {
      int blocks = weights.blocks().size();
      int[] first = new int[blocks];
      int[] channels = new int[blocks];
      int all = 0;
      for (int b = 0; b < blocks; b++) {
        channels[b] = weights.blocks().get(b).channels();
        first[b] = all;
        all += evenOdd ? PlaneIndices.vectors(channels[b]) * Lanes.SHORTS : channels[b];
      }
      int[] packed = new int[all];
      Arrays.fill(packed, -1);
      for (int b = 0; b < blocks; b++) {
        Block block = weights.blocks().get(b);
        for (int j = 0; j < block.channels(); j++) {
          packed[first[b] + (evenOdd ? evenOddLane(j) : j)] = block.firstChannel() + j;
        }
      }
      byte[] byteOfChannel = new byte[Lanes.BYTES];
      byte[] channelOfByte = new byte[Lanes.BYTES];
      for (int channel = 0; channel < Lanes.BYTES; channel++) {
        int lane = evenOdd ? evenOddLane(channel) : channel;
        int at = lane % Lanes.WORDS * Integer.BYTES + lane / Lanes.WORDS;
        byteOfChannel[channel] = (byte) at;
        channelOfByte[at] = (byte) channel;
      }
      return new SumLanes(evenOdd, first, channels, packed, byteOfChannel, channelOfByte);
    }

    /** Where the even-odd order puts a channel of a block. */
    static int evenOddLane(int channel) {
      int vector = channel / Lanes.SHORTS * Lanes.SHORTS;
      return vector + channel % 2 * Lanes.WORDS + channel % Lanes.SHORTS / 2;
    }

    /** The lane of a channel of a block, from the block's first on. */
    int laneOf(int channel) {
      return evenOdd ? evenOddLane(channel) : channel;
    }

    /** Spreads one number per packed channel to one per lane, with room for a vector of bytes' worth after the last. */
    float[] spread(float[] values) {
      float[] spread = new float[packed.length + Lanes.BYTES];
      for (int lane = 0; lane < packed.length; lane++) {
        spread[lane] = packed[lane] < 0 ? 0 : values[packed[lane]];
      }
      return spread;
    }
  }
}
