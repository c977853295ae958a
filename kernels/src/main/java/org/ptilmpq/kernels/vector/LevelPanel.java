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
 * inner product reads in the order in which it lies. A word of the packed weights is a mask of lanes, so a plane costs
 * one masked addition for a vector of channels.
 *
 * <p>A panel holds strips of two vectors of channels; a strip holds, for each input, 2 · {@link Lanes#WORDS} levels.
 * Lanes beyond the block's channels hold the level of code 0.
 */
final class LevelPanel {

  /** Channels of one strip. */
  static final int STRIP = 2 * Lanes.WORDS;

  /** Which byte of a word a lane's bit is in. */
  static final VectorShuffle<Byte> BYTE_OF_LANE = VectorShuffle.fromOp(Lanes.BYTE, i -> i / 8);

  /** The lane's bit in that byte. */
  static final ByteVector BIT_OF_LANE =
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
      TailPanel.add(weights, block, k0, k1, panel);
    }
  }

  /**
   * Signed codes of one vector of bytes of channels, from {@code c}. For a plane, every lane gets the byte of the word
   * that its bit is in and keeps that bit; {@code VectorMask.fromLong} would say the same, but isn't a vector operation
   * on NEON.
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
        int bit = plane < top ? 1 << plane : -1 << plane;
        // Not codes.add(bit, lanes): a loop's own variable is no receiver to rely on, see docs/kernels.md.
        codes = ByteVector.zero(Lanes.BYTE).blend((byte) bit, lanes).or(codes);
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
