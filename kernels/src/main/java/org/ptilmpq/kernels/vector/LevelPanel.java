package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.WeightGroup;

/**
 * Bit planes to levels, one tile of inputs at a time: for a block of up to 64 channels a panel of floats that the fp32
 * inner product reads in the order in which it lies. A word of the packed weights is a mask of lanes, so a plane costs one
 * masked addition for a vector of channels.
 *
 * <p>A panel holds strips of two vectors of channels; a strip holds, for each input, 2 · {@link Lanes#WORDS} levels. Lanes
 * beyond the block's channels hold the level of code 0.
 */
final class LevelPanel {

  /** Channels of one strip. */
  static final int STRIP = 2 * Lanes.WORDS;

  /** Planes that a vector of bytes takes as a number without a sign. */
  private static final int UNSIGNED_PLANES = 7;

  private static final VectorShuffle<Byte> BYTE_OF_LANE = VectorShuffle.fromOp(Lanes.BYTE, i -> i / 8);

  private static final ByteVector BIT_OF_LANE =
      LongVector.broadcast(Lanes.LONG, 0x8040201008040201L).reinterpretAsBytes();

  private LevelPanel() {}

  /** Strips that a block takes. */
  static int strips(int channels) {
    return (channels + STRIP - 1) / STRIP;
  }

  /** Unpacks the levels of inputs {@code k0} up to {@code k1} of a block to the start of the panel. */
  static void unpack(PackedWeights weights, Block block, int k0, int k1, float[] panel) {
    int inputs = k1 - k0;
    for (int c = 0; c < block.channels(); c += Lanes.BYTES) {
      widen(weights, block, k0, inputs, c, panel);
    }
    WeightGroup group = block.group();
    int end = strips(block.channels()) * inputs * STRIP;
    if (group.halfStep()) {
      halfSteps(panel, end);
    } else if (group.ratio() != 1) {
      twoRegions(panel, end, group.knee(), group.ratio() - 1);
    }
    if (block.hasTails()) {
      addTails(weights, block, k0, k1, panel);
    }
  }

  /** Adds what the tail rows of inputs {@code k0} up to {@code k1} count. */
  private static void addTails(PackedWeights weights, Block block, int k0, int k1, float[] panel) {
    int first = weights.firstTailRow(block, k0);
    int end = weights.firstTailRow(block, k1);
    int planes = block.tails().planes();
    for (int c = 0; c < block.channels() && first < end; c += Lanes.BYTES) {
      if (planes <= Byte.SIZE) {
        addTailPlanes(weights, block, first, end, 0, planes, k0, k1 - k0, c, panel);
      } else {
        addTailPlanes(weights, block, first, end, 0, UNSIGNED_PLANES, k0, k1 - k0, c, panel);
        addTailPlanes(weights, block, first, end, UNSIGNED_PLANES, planes, k0, k1 - k0, c, panel);
      }
    }
  }

  /**
   * Adds planes {@code from} up to {@code to} of tail rows {@code first} up to {@code end}, for one vector of bytes of
   * channels from {@code c}. A row of tails is unpacked as a row of codes is ({@link #widen}), and counts
   * 2^(width + {@code from}) times; all of it is exact in floats.
   */
  private static void addTailPlanes(
      PackedWeights weights,
      Block block,
      int first,
      int end,
      int from,
      int to,
      int k0,
      int inputs,
      int c,
      float[] panel) {
    int top = block.tails().planes() - 1;
    boolean twoStrips = c + STRIP < block.channels();
    float unit = 1 << block.width() + from;
    for (int row = first; row < end; row++) {
      ByteVector tails = ByteVector.zero(Lanes.BYTE);
      for (int plane = from; plane < to; plane++) {
        VectorMask<Byte> lanes =
            LongVector.broadcast(Lanes.LONG, weights.tailWord(block, row, plane) >>> c)
                .reinterpretAsBytes()
                .rearrange(BYTE_OF_LANE)
                .and(BIT_OF_LANE)
                .compare(VectorOperators.NE, (byte) 0);
        tails = tails.add((byte) (plane < top ? 1 << plane - from : -1 << plane - from), lanes);
      }
      int at = (c / STRIP * inputs + weights.tailInput(block, row) - k0) * STRIP;
      int second = at + Lanes.WORDS;
      FloatVector level = FloatVector.fromArray(Lanes.FLOAT, panel, at);
      level.add(((FloatVector) tails.castShape(Lanes.FLOAT, 0)).mul(unit)).intoArray(panel, at);
      level = FloatVector.fromArray(Lanes.FLOAT, panel, second);
      level.add(((FloatVector) tails.castShape(Lanes.FLOAT, 1)).mul(unit)).intoArray(panel, second);
      if (twoStrips) {
        int third = at + inputs * STRIP;
        int fourth = third + Lanes.WORDS;
        level = FloatVector.fromArray(Lanes.FLOAT, panel, third);
        level.add(((FloatVector) tails.castShape(Lanes.FLOAT, 2)).mul(unit)).intoArray(panel, third);
        level = FloatVector.fromArray(Lanes.FLOAT, panel, fourth);
        level.add(((FloatVector) tails.castShape(Lanes.FLOAT, 3)).mul(unit)).intoArray(panel, fourth);
      }
    }
  }

  /**
   * Signed codes of one vector of bytes of channels, from {@code c}. For a plane, every lane gets the byte of the word that
   * its bit is in and keeps that bit; {@code VectorMask.fromLong} would say the same, but isn't a vector operation on NEON.
   */
  private static void widen(PackedWeights weights, Block block, int k0, int inputs, int c, float[] panel) {
    int top = block.width() - 1;
    boolean twoStrips = c + STRIP < block.channels();
    for (int k = 0; k < inputs; k++) {
      ByteVector codes = ByteVector.zero(Lanes.BYTE);
      for (int plane = 0; plane <= top; plane++) {
        VectorMask<Byte> lanes =
            LongVector.broadcast(Lanes.LONG, weights.word(block, k0 + k, plane) >>> c)
                .reinterpretAsBytes()
                .rearrange(BYTE_OF_LANE)
                .and(BIT_OF_LANE)
                .compare(VectorOperators.NE, (byte) 0);
        codes = codes.add((byte) (plane < top ? 1 << plane : -1 << plane), lanes);
      }
      int at = (c / STRIP * inputs + k) * STRIP;
      ((FloatVector) codes.castShape(Lanes.FLOAT, 0)).intoArray(panel, at);
      ((FloatVector) codes.castShape(Lanes.FLOAT, 1)).intoArray(panel, at + Lanes.WORDS);
      if (twoStrips) {
        int next = at + inputs * STRIP;
        ((FloatVector) codes.castShape(Lanes.FLOAT, 2)).intoArray(panel, next);
        ((FloatVector) codes.castShape(Lanes.FLOAT, 3)).intoArray(panel, next + Lanes.WORDS);
      }
    }
  }

  /** Codes v to levels 2v + 1. */
  private static void halfSteps(float[] panel, int end) {
    for (int i = 0; i < end; i += Lanes.WORDS) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOAT, panel, i);
      v.add(v).add(1).intoArray(panel, i);
    }
  }

  /** Codes v to levels v ± (what |v| has above the knee) · (ratio − 1); all of it is exact in floats. */
  private static void twoRegions(float[] panel, int end, int knee, int extra) {
    for (int i = 0; i < end; i += Lanes.WORDS) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOAT, panel, i);
      FloatVector above = v.abs().sub(knee).max(0).mul(extra);
      v.add(above).blend(v.sub(above), v.lt(0)).intoArray(panel, i);
    }
  }
}
