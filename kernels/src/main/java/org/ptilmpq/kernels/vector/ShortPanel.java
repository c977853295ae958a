package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;

/**
 * Levels of a block of up to 64 channels for some inputs, as 16-bit numbers in the order in which {@link ShortTiles} read
 * them: strips of two vectors of channels; a strip holds, for each input, 2 · {@link Lanes#SHORTS} levels. Lanes beyond the
 * block's channels hold the level of code 0.
 *
 * <p>Sparse tails are added one by one: most inputs have none, and most of the others one or two.
 */
final class ShortPanel {

  /** Channels of one strip: as many as a {@link CodePanel} has in a column. */
  static final int STRIP = 2 * Lanes.SHORTS;

  private ShortPanel() {}

  /**
   * Unpacks the levels of inputs {@code k0} up to {@code k1} of a block whose levels are linear in their codes.
   *
   * @param codes room for {@code (k1 − k0) · 64} codes
   * @param to where the panel begins
   */
  static void unpack(PackedWeights weights, Block block, int k0, int k1, byte[] codes, short[] panel, int to) {
    int inputs = k1 - k0;
    CodePanel.unpack(weights, block, k0, k1, codes);
    int count = CodePanel.columns(block.channels()) * inputs * STRIP;
    if (block.group().halfStep()) {
      halfSteps(codes, count, panel, to);
    } else {
      widen(codes, count, panel, to);
    }
    if (block.hasTails()) {
      addTails(weights, block, k0, k1, panel, to);
    }
  }

  private static void widen(byte[] codes, int count, short[] panel, int to) {
    for (int i = 0; i < count; i += Lanes.SHORTS) {
      ((ShortVector) ByteVector.fromArray(Lanes.HALF_BYTE, codes, i).castShape(Lanes.SHORT, 0)).intoArray(panel, to + i);
    }
  }

  /** Codes v to levels 2v + 1. */
  private static void halfSteps(byte[] codes, int count, short[] panel, int to) {
    for (int i = 0; i < count; i += Lanes.SHORTS) {
      ShortVector code = (ShortVector) ByteVector.fromArray(Lanes.HALF_BYTE, codes, i).castShape(Lanes.SHORT, 0);
      code.add(code).add((short) 1).intoArray(panel, to + i);
    }
  }

  private static void addTails(PackedWeights weights, Block block, int k0, int k1, short[] panel, int to) {
    int inputs = k1 - k0;
    int end = weights.firstTailRow(block, k1);
    for (int row = weights.firstTailRow(block, k0); row < end; row++) {
      int k = weights.tailInput(block, row) - k0;
      for (long left = LookupTails.channels(weights, block, row); left != 0; left &= left - 1) {
        int j = Long.numberOfTrailingZeros(left);
        panel[to + (j / STRIP * inputs + k) * STRIP + j % STRIP] += (short) (weights.tail(block, row, j) << block.width());
      }
    }
  }
}
