package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.Requantization;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;

/**
 * From rows of 32-bit sums to the output tensor: a vector of channels at a time becomes bytes in packed order. Of whole rows
 * the channels are then put in their places by vectors, too ({@link BytePermutation}), one by one where the other channels
 * are someone else's work. Bit for bit {@link Requantization#toByte}.
 */
final class RequantizeRows {

  private final KernelSpec.Convolution spec;
  private final PackedWeights weights;
  private final Requantization requantization;
  private final SumLanes lanes;

  /** One a lane, with room for whole vectors behind the last. */
  private final float[] multiplier;
  private final float[] offset;

  /** From packed order to that of the tensor and back; null where they are the same. */
  private final BytePermutation toTensor;
  private final BytePermutation toPacked;

  private final boolean wholeRows;

  /** @param lanes which lane of the sums belongs to which channel */
  RequantizeRows(KernelSpec.Convolution spec, Requantization requantization, SumLanes lanes) {
    this.spec = spec;
    this.requantization = requantization;
    this.lanes = lanes;
    weights = spec.weights();
    multiplier = lanes.spread(requantization.multiplier());
    offset = lanes.spread(requantization.offset());
    wholeRows = !spec.floatScores() && BytePermutation.fits(weights.channels());
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

  /** For a row and a row of residuals, with room for a vector behind each. */
  static ScratchSize scratch(KernelSpec.Convolution spec) {
    return new ScratchSize(0, 0, 0, 2 * rowBytes(spec.weights()));
  }

  private static int rowBytes(PackedWeights weights) {
    return weights.channels() + Lanes.BYTES;
  }

  /**
   * Writes {@code pixels} rows of the blocks {@code from} up to {@code to}.
   *
   * @param scratch its integers hold the sums: row r of block b starts at {@code r · stride + (b − from) · 64}
   */
  void write(byte[] arena, float[] scores, int pixel, int pixels, int from, int to, int stride, Scratch scratch) {
    boolean whole = wholeRows && to - from == weights.blocks().size();
    for (int r = 0; r < pixels; r++) {
      int row = (pixel + r) * spec.output().channels();
      int at = r * stride;
      if (spec.floatScores()) {
        for (int b = from; b < to; b++) {
          writeScores(arena, scores, row, b, scratch.ints(), at + (b - from) * PackedWeights.BLOCK);
        }
      } else if (whole) {
        takeRow(arena, row, scratch.bytes());
        requantize(from, to, scratch, at);
        giveRow(scratch.bytes(), arena, spec.output().offset() + row);
      } else {
        takeChannels(arena, row, from, to, scratch.bytes());
        requantize(from, to, scratch, at);
        giveChannels(scratch.bytes(), arena, spec.output().offset() + row, from, to);
      }
    }
  }

  private void takeRow(byte[] arena, int row, byte[] bytes) {
    if (toPacked != null) {
      toPacked.apply(arena, spec.residual().offset() + row, bytes, rowBytes(weights));
    } else if (spec.residual() != null) {
      System.arraycopy(arena, spec.residual().offset() + row, bytes, rowBytes(weights), weights.channels());
    }
  }

  private void giveRow(byte[] bytes, byte[] arena, int to) {
    if (toTensor != null) {
      toTensor.apply(bytes, 0, arena, to);
    } else {
      System.arraycopy(bytes, 0, arena, to, weights.channels());
    }
  }

  private void takeChannels(byte[] arena, int row, int from, int to, byte[] bytes) {
    if (spec.residual() != null) {
      int residual = spec.residual().offset() + row;
      for (int packed = firstOf(from); packed < firstOf(to); packed++) {
        bytes[rowBytes(weights) + packed] = arena[residual + weights.outputChannel(packed)];
      }
    }
  }

  private void giveChannels(byte[] bytes, byte[] arena, int to, int from, int end) {
    for (int packed = firstOf(from); packed < firstOf(end); packed++) {
      arena[to + weights.outputChannel(packed)] = bytes[packed];
    }
  }

  /** Packed channels before a block. */
  private int firstOf(int block) {
    return block == lanes.first().length ? weights.channels() : lanes.packed()[lanes.first()[block]];
  }

  private void requantize(int from, int to, Scratch scratch, int at) {
    byte[] bytes = scratch.bytes();
    for (int b = from; b < to; b++) {
      int lane = lanes.first()[b];
      int packed = lanes.packed()[lane];
      for (int c = 0; c < lanes.channels()[b]; c += Lanes.BYTES) {
        int sums = at + (b - from) * PackedWeights.BLOCK + c;
        if (spec.residual() == null) {
          requantize(scratch.ints(), sums, lane + c, bytes, packed + c);
        } else {
          requantize(scratch.ints(), sums, lane + c, bytes, rowBytes(weights) + packed + c, packed + c);
        }
      }
    }
  }

  /** A vector of bytes' worth of lanes. */
  private void requantize(int[] sums, int at, int lane, byte[] bytes, int to) {
    IntVector words = IntVector.zero(Lanes.INT);
    for (int j = 0; j < 4; j++) {
      int v = j * Lanes.WORDS;
      IntVector rounded =
          ((FloatVector) IntVector.fromArray(Lanes.INT, sums, at + v).convert(VectorOperators.I2F, 0))
              .mul(FloatVector.fromArray(Lanes.FLOAT, multiplier, lane + v))
              .add(FloatVector.fromArray(Lanes.FLOAT, offset, lane + v))
              .max(requantization.low())
              .min(requantization.high())
              .add(Requantization.ROUND_MAGIC)
              .reinterpretAsInts();
      words = rounded.and(255).lanewise(VectorOperators.LSHL, 8 * j).or(words);
    }
    ByteVector.fromArray(Lanes.BYTE, lanes.byteOfChannel(), 0)
        .selectFrom(words.reinterpretAsBytes())
        .intoArray(bytes, to);
  }

  /** The same with residuals, which are bytes in packed order. */
  private void requantize(int[] sums, int at, int lane, byte[] bytes, int residualAt, int to) {
    IntVector residuals =
        ByteVector.fromArray(Lanes.BYTE, lanes.channelOfByte(), 0)
            .selectFrom(ByteVector.fromArray(Lanes.BYTE, bytes, residualAt))
            .reinterpretAsInts();
    IntVector words = IntVector.zero(Lanes.INT);
    for (int j = 0; j < 4; j++) {
      int v = j * Lanes.WORDS;
      IntVector byteOfLane =
          residuals.lanewise(VectorOperators.LSHL, 24 - 8 * j).lanewise(VectorOperators.ASHR, 24);
      FloatVector residual =
          ((FloatVector) byteOfLane.convert(VectorOperators.I2F, 0)).mul(requantization.residual());
      IntVector rounded =
          ((FloatVector) IntVector.fromArray(Lanes.INT, sums, at + v).convert(VectorOperators.I2F, 0))
              .mul(FloatVector.fromArray(Lanes.FLOAT, multiplier, lane + v))
              .add(FloatVector.fromArray(Lanes.FLOAT, offset, lane + v))
              .add(residual)
              .max(requantization.low())
              .min(requantization.high())
              .add(Requantization.ROUND_MAGIC)
              .reinterpretAsInts();
      words = rounded.and(255).lanewise(VectorOperators.LSHL, 8 * j).or(words);
    }
    ByteVector.fromArray(Lanes.BYTE, lanes.byteOfChannel(), 0)
        .selectFrom(words.reinterpretAsBytes())
        .intoArray(bytes, to);
  }

  private void writeScores(byte[] arena, float[] scores, int row, int block, int[] sums, int at) {
    int first = lanes.packed()[lanes.first()[block]];
    for (int j = 0; j < lanes.channels()[block]; j++) {
      int channel = row + weights.outputChannel(first + j);
      int residual = spec.residual() == null ? 0 : arena[spec.residual().offset() + channel];
      scores[channel] = requantization.real(sums[at + lanes.laneOf(j)], first + j, residual);
    }
  }
}
