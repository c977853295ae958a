package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
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

  /**
   * Adds sparse tails to a panel of dense levels ({@link FloatPanel}). Most inputs of a block have no tail, and most of
   * the others one or two: these are added one by one, which takes no vectors and so is also quick before anything is
   * compiled. An input with many is unpacked like a row of codes that counts 2^width times. All of it is exact in
   * floats.
   */
  private static final class TailPanel {

    /** From this many tails of an input on, a vector is faster. */
    private static final int MANY = 3;

    /** Planes that a vector of bytes takes as a number without a sign. */
    private static final int UNSIGNED_PLANES = 7;

    private TailPanel() {}

    /**
     * Adds the tails of inputs {@code k0} up to {@code k1} to the levels of these inputs, whose panel begins at {@code
     * at}.
     */
    static void add(PackedWeights weights, Block block, int k0, int k1, float[] panel, int at) {
      int end = weights.firstTailRow(block, k1);
      for (int row = weights.firstTailRow(block, k0); row < end; row++) {
        long channels = weights.tailChannels(block, row);
        int k = weights.tailInput(block, row) - k0;
        if (Long.bitCount(channels) < MANY) {
          addOneByOne(weights, block, row, channels, k, k1 - k0, panel, at);
        } else {
          addAtOnce(weights, block, row, k, k1 - k0, panel, at);
        }
      }
    }

    /**
     * @param channels bit j: whether channel j of the block has a tail
     * @param k the row's input, counted from the panel's first
     * @param inputs of the panel
     * @param from where it begins
     */
    private static void addOneByOne(
        PackedWeights weights, Block block, int row, long channels, int k, int inputs, float[] panel, int from) {
      for (long left = channels; left != 0; left &= left - 1) {
        int j = Long.numberOfTrailingZeros(left);
        int at = from + (j / FloatPanel.STRIP * inputs + k) * FloatPanel.STRIP + j % FloatPanel.STRIP;
        panel[at] += weights.tail(block, row, j) << block.width();
      }
    }

    /**
     * Adds the tails of one vector of bytes of channels after the other; tails of more than eight planes in two parts.
     */
    private static void addAtOnce(
        PackedWeights weights, Block block, int row, int k, int inputs, float[] panel, int from) {
      int planes = block.tails().planes();
      for (int c = 0; c < block.channels(); c += Lanes.BYTES) {
        int at = from + (c / FloatPanel.STRIP * inputs + k) * FloatPanel.STRIP;
        int next = c + FloatPanel.STRIP < block.channels() ? at + inputs * FloatPanel.STRIP : at;
        if (planes <= Byte.SIZE) {
          addPlanes(weights, block, row, 0, planes, c, panel, at, next);
        } else {
          addPlanes(weights, block, row, 0, UNSIGNED_PLANES, c, panel, at, next);
          addPlanes(weights, block, row, UNSIGNED_PLANES, planes, c, panel, at, next);
        }
      }
    }

    /**
     * Adds planes {@code from} up to {@code to} of a row, for channels from {@code c} on. They count 2^(width +
     * {@code from}) times; the last plane of the tails is negative.
     *
     * @param at where the levels of the first strip of channels are
     * @param next where those of the second are; {@code at} when there is none
     */
    private static void addPlanes(
        PackedWeights weights, Block block, int row, int from, int to, int c, float[] panel, int at, int next) {
      int top = block.tails().planes() - 1;
      float unit = 1 << block.width() + from;
      ByteVector tails = ByteVector.zero(Lanes.BYTE);
      for (int plane = from; plane < to; plane++) {
        VectorMask<Byte> lanes =
            LongVector.broadcast(Lanes.LONG, weights.tailWord(block, row, plane) >>> c)
                .reinterpretAsBytes()
                .rearrange(CodePanel.BYTE_OF_LANE)
                .and(CodePanel.BIT_OF_LANE)
                .compare(VectorOperators.NE, (byte) 0);
        int bits = plane < top ? 1 << plane - from : -1 << plane - from;
        tails = ByteVector.zero(Lanes.BYTE).blend((byte) bits, lanes).or(tails);
      }
      FloatVector level = FloatVector.fromArray(Lanes.FLOAT, panel, at);
      level.add(((FloatVector) tails.castShape(Lanes.FLOAT, 0)).mul(unit)).intoArray(panel, at);
      level = FloatVector.fromArray(Lanes.FLOAT, panel, at + Lanes.WORDS);
      level.add(((FloatVector) tails.castShape(Lanes.FLOAT, 1)).mul(unit)).intoArray(panel, at + Lanes.WORDS);
      if (next != at) {
        level = FloatVector.fromArray(Lanes.FLOAT, panel, next);
        level.add(((FloatVector) tails.castShape(Lanes.FLOAT, 2)).mul(unit)).intoArray(panel, next);
        level = FloatVector.fromArray(Lanes.FLOAT, panel, next + Lanes.WORDS);
        level.add(((FloatVector) tails.castShape(Lanes.FLOAT, 3)).mul(unit)).intoArray(panel, next + Lanes.WORDS);
      }
    }
  }
}
