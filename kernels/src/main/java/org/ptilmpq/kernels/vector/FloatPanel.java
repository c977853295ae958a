package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.WeightGroup;

/**
 * Levels of a block of up to 64 channels for one run of inputs, as floats in the order in which {@link FloatTiles} read
 * them: strips of two vectors of channels; a strip holds, for each input, 2 · {@link Lanes#WORDS} levels. Lanes beyond
 * the block's channels hold the level of code 0.
 */
final class FloatPanel {

  /** Channels of one strip. */
  static final int STRIP = 2 * Lanes.WORDS;

  private FloatPanel() {}

  /** Strips that a block takes. */
  static int strips(int channels) {
    return (channels + STRIP - 1) / STRIP;
  }

  /**
   * Unpacks the levels of inputs {@code k0} up to {@code k1} of a block.
   *
   * @param codes room for {@code (k1 − k0) · 64} codes, and a vector after them
   * @param to where the panel begins
   */
  static void unpack(PackedWeights weights, Block block, int k0, int k1, byte[] codes, float[] panel, int to) {
    int inputs = k1 - k0;
    CodePanel.unpack(weights, block, k0, k1, codes);
    for (int column = 0; column < CodePanel.columns(block.channels()); column++) {
      widen(codes, column, inputs, block.channels(), panel, to);
    }
    WeightGroup group = block.group();
    int end = to + strips(block.channels()) * inputs * STRIP;
    if (group.halfStep()) {
      halfSteps(panel, to, end);
    } else if (group.ratio() != 1) {
      twoRegions(panel, to, end, group.knee(), group.ratio() - 1);
    }
    if (block.hasTails()) {
      TailPanel.add(weights, block, k0, k1, panel, to);
    }
  }

  /** Widens a column of codes to two strips of levels, the second one only where it holds channels. */
  private static void widen(byte[] codes, int column, int inputs, int channels, float[] panel, int to) {
    boolean twoStrips = column * Lanes.BYTES + STRIP < channels;
    int from = column * inputs * Lanes.BYTES;
    int at = to + 2 * column * inputs * STRIP;
    int next = at + inputs * STRIP;
    for (int k = 0; k < inputs; k++, from += Lanes.BYTES, at += STRIP, next += STRIP) {
      widen(codes, from, panel, at);
      widen(codes, from + Lanes.WORDS, panel, at + Lanes.WORDS);
      if (twoStrips) {
        widen(codes, from + 2 * Lanes.WORDS, panel, next);
        widen(codes, from + 3 * Lanes.WORDS, panel, next + Lanes.WORDS);
      }
    }
  }

  /** Widens a vector of codes to one of floats. */
  private static void widen(byte[] codes, int from, float[] panel, int to) {
    ((FloatVector) ByteVector.fromArray(Lanes.QUARTER_BYTE, codes, from).castShape(Lanes.FLOAT, 0))
        .intoArray(panel, to);
  }

  /** Turns codes v into levels 2v + 1. */
  private static void halfSteps(float[] panel, int from, int end) {
    for (int i = from; i < end; i += Lanes.WORDS) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOAT, panel, i);
      v.add(v).add(1).intoArray(panel, i);
    }
  }

  /** Turns codes v into levels v ± (the part of |v| above the knee) · (ratio − 1); all of it is exact in floats. */
  private static void twoRegions(float[] panel, int from, int end, int knee, int extra) {
    for (int i = from; i < end; i += Lanes.WORDS) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOAT, panel, i);
      FloatVector above = v.abs().sub(knee).max(0).mul(extra);
      v.add(above).blend(v.sub(above), v.lt(0)).intoArray(panel, i);
    }
  }
}
