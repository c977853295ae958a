package org.ptilmpq.kernels.vector;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.arithmetic.LevelSums;
import org.ptilmpq.kernels.arithmetic.Requantization;

/**
 * The factors of a depthwise convolution, one chunk of channels after the other. A channel has no more weights than the
 * window has taps, and as many products with each as there are pixels, sometimes fewer than fifty: they are unpacked
 * for good when the layer is prepared.
 *
 * @param levels for each chunk, one vector per tap
 * @param multiplier of the requantization, one vector per chunk
 * @param offset likewise
 * @param exact whether no sum of a channel can leave the whole numbers that a float holds: Σ |level| · 128 ≤ 2²⁴
 */
record DepthwiseLevels(float[] levels, float[] multiplier, float[] offset, boolean exact) {

  private static final int EXACT_MAGNITUDE = (1 << 24) / 128;

  /** Reads every weight once. */
  static DepthwiseLevels of(KernelSpec.Convolution spec, ChannelChunks chunks) {
    PackedWeights weights = spec.weights();
    Requantization requantization = Requantization.of(spec, LevelSums.of(weights));
    int taps = weights.inputs();
    int lanes = chunks.count() * chunks.lanes();
    float[] levels = new float[taps * lanes];
    float[] multiplier = new float[lanes];
    float[] offset = new float[lanes];
    int[] channel = new int[taps];
    boolean exact = true;
    for (Block block : weights.blocks()) {
      for (int j = 0; j < block.channels(); j++) {
        exact &= unpack(weights, block, j, channel) <= EXACT_MAGNITUDE;
        int packed = block.firstChannel() + j;
        int place = weights.outputChannel(packed);
        // The last chunk is moved back: a channel may also be in the one before it.
        for (int chunk = place / chunks.lanes(); chunk < chunks.count() && chunks.start(chunk) <= place; chunk++) {
          int lane = place - chunks.start(chunk);
          multiplier[chunk * chunks.lanes() + lane] = requantization.multiplier()[packed];
          offset[chunk * chunks.lanes() + lane] = requantization.offset()[packed];
          for (int tap = 0; tap < taps; tap++) {
            levels[(chunk * taps + tap) * chunks.lanes() + lane] = channel[tap];
          }
        }
      }
    }
    return new DepthwiseLevels(levels, multiplier, offset, exact);
  }

  /** Unpacks the levels of a block's channel j; returns the sum of their magnitudes. */
  private static long unpack(PackedWeights weights, Block block, int j, int[] levels) {
    for (int tap = 0; tap < levels.length; tap++) {
      levels[tap] = block.group().level(weights.code(block, tap, j));
    }
    for (int row = 0; row < block.tails().count(); row++) {
      levels[weights.tailInput(block, row)] += weights.tail(block, row, j) << block.width();
    }
    long magnitude = 0;
    for (int level : levels) {
      magnitude += Math.abs(level);
    }
    return magnitude;
  }
}
