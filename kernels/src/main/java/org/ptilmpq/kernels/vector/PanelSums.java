package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.FloatVector;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.scalar.LevelSums;

/** {@link LevelSums} by vectors: what a convolution has to know of its weights when it is prepared. */
final class PanelSums {

  private PanelSums() {}

  /**
   * Σ level of each packed channel.
   *
   * @throws ArithmeticException when a sum of the convolution could leave 32 bits
   */
  static int[] of(PackedWeights weights, int run) {
    int[] sums = new int[weights.channels()];
    float[] panel = new float[run * PackedWeights.BLOCK];
    for (Block block : weights.blocks()) {
      if (block.width() > 0) {
        long[] sum = new long[block.channels()];
        long[] magnitude = new long[block.channels()];
        for (int k = 0; k < weights.inputs(); k += run) {
          int length = Math.min(run, weights.inputs() - k);
          LevelPanel.unpack(weights, block, k, k + length, panel);
          add(panel, length, sum, magnitude);
        }
        for (int j = 0; j < sum.length; j++) {
          LevelSums.requireNoOverflow(magnitude[j], block.firstChannel() + j);
          sums[block.firstChannel() + j] = (int) sum[j];
        }
      }
    }
    return sums;
  }

  /** Adds one panel; within a run the sums of floats are exact, as in {@link FloatTiles}. */
  private static void add(float[] panel, int length, long[] sum, long[] magnitude) {
    for (int j = 0; j < sum.length; j += Lanes.WORDS) {
      int at = j / LevelPanel.STRIP * length * LevelPanel.STRIP + j % LevelPanel.STRIP;
      FloatVector total = FloatVector.zero(Lanes.FLOAT);
      FloatVector absolute = total;
      for (int k = 0; k < length; k++) {
        FloatVector levels = FloatVector.fromArray(Lanes.FLOAT, panel, at + k * LevelPanel.STRIP);
        total = total.add(levels);
        absolute = absolute.add(levels.abs());
      }
      for (int lane = 0; lane < Math.min(Lanes.WORDS, sum.length - j); lane++) {
        sum[j + lane] += (long) total.lane(lane);
        magnitude[j + lane] += (long) absolute.lane(lane);
      }
    }
  }
}
