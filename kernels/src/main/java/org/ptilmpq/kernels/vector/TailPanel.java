package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;

/**
 * Adds sparse tails to a panel of dense levels ({@link FloatPanel}). Most inputs of a block have no tail, and most of
 * the others one or two: these are added one by one, which takes no vectors and so is also quick before anything is
 * compiled. An input with many is unpacked like a row of codes that counts 2^width times. All of it is exact in floats.
 */
final class TailPanel {

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
      long channels = LookupTails.channels(weights, block, row);
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
