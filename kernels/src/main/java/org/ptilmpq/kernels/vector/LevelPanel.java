package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
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

  private LevelPanel() {}

  /** Strips that a block takes. */
  static int strips(int channels) {
    return (channels + STRIP - 1) / STRIP;
  }

  /** Unpacks the levels of inputs {@code k0} up to {@code k1} of a block to the start of the panel. */
  static void unpack(PackedWeights weights, Block block, int k0, int k1, float[] panel) {
    WeightGroup group = block.group();
    int strips = strips(block.channels());
    if (group.halfStep()) {
      unpackHalfStep(weights, block, k0, k1, strips, panel);
    } else if (group.ratio() == 1) {
      unpackUniform(weights, block, k0, k1, strips, panel);
    } else {
      unpackTwoRegion(weights, block, k0, k1, strips, panel);
    }
  }

  private static void unpackUniform(
      PackedWeights weights, Block block, int k0, int k1, int strips, float[] panel) {
    int inputs = k1 - k0;
    for (int k = 0; k < inputs; k++) {
      for (int s = 0; s < strips; s++) {
        int at = (s * inputs + k) * STRIP;
        store(codes(weights, block, k0 + k, s * STRIP), panel, at);
        store(codes(weights, block, k0 + k, s * STRIP + Lanes.WORDS), panel, at + Lanes.WORDS);
      }
    }
  }

  private static void unpackHalfStep(
      PackedWeights weights, Block block, int k0, int k1, int strips, float[] panel) {
    int inputs = k1 - k0;
    for (int k = 0; k < inputs; k++) {
      for (int s = 0; s < strips; s++) {
        int at = (s * inputs + k) * STRIP;
        IntVector low = codes(weights, block, k0 + k, s * STRIP);
        IntVector high = codes(weights, block, k0 + k, s * STRIP + Lanes.WORDS);
        store(low.add(low).add(1), panel, at);
        store(high.add(high).add(1), panel, at + Lanes.WORDS);
      }
    }
  }

  private static void unpackTwoRegion(
      PackedWeights weights, Block block, int k0, int k1, int strips, float[] panel) {
    int inputs = k1 - k0;
    int knee = block.group().knee();
    int extra = block.group().ratio() - 1;
    for (int k = 0; k < inputs; k++) {
      for (int s = 0; s < strips; s++) {
        int at = (s * inputs + k) * STRIP;
        store(spread(codes(weights, block, k0 + k, s * STRIP), knee, extra), panel, at);
        store(
            spread(codes(weights, block, k0 + k, s * STRIP + Lanes.WORDS), knee, extra), panel, at + Lanes.WORDS);
      }
    }
  }

  /** v + (what |v| has above the knee) · (ratio − 1), with v's sign: the two-region level without a branch. */
  private static IntVector spread(IntVector v, int knee, int extra) {
    IntVector above = v.abs().sub(knee).max(0).mul(extra);
    IntVector sign = v.lanewise(VectorOperators.ASHR, Integer.SIZE - 1);
    return v.add(above.lanewise(VectorOperators.XOR, sign).sub(sign));
  }

  /** Signed codes of one vector of channels for one input. */
  private static IntVector codes(PackedWeights weights, Block block, int k, int firstLane) {
    int top = block.width() - 1;
    IntVector codes = IntVector.zero(Lanes.INT);
    for (int plane = 0; plane < top; plane++) {
      codes = codes.add(1 << plane, lanes(weights.word(block, k, plane), firstLane));
    }
    return codes.sub(1 << top, lanes(weights.word(block, k, top), firstLane));
  }

  private static VectorMask<Integer> lanes(long word, int firstLane) {
    return VectorMask.fromLong(Lanes.INT, word >>> firstLane);
  }

  private static void store(IntVector levels, float[] panel, int at) {
    ((FloatVector) levels.convert(VectorOperators.I2F, 0)).intoArray(panel, at);
  }
}
