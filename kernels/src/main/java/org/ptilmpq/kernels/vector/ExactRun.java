package org.ptilmpq.kernels.vector;

import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;

/**
 * How many inputs the fp32 inner product may sum before its floats could round: a run of n inputs stays exact when
 * {@code n · max|level| · max|x| ≤ 2²⁴}, since a float holds every whole number up to that. Bytes have max|x| = 128; the
 * largest level is taken from the width and the grid, so the proof holds whatever the weights are.
 */
final class ExactRun {

  /** Longer runs gain nothing, and a panel of 64 channels should stay in the first caches: 256 · 64 · 4 bytes. */
  private static final int LONGEST = 256;

  private static final int EXACT_INPUTS = (1 << 24) / 128;

  private ExactRun() {}

  /** The run length for a layer: at least 4, at most 256. */
  static int length(PackedWeights weights) {
    int run = Math.min(LONGEST, weights.inputs());
    for (Block block : weights.blocks()) {
      run = Math.min(run, EXACT_INPUTS / Math.max(1, block.group().largestLevel()));
    }
    return run;
  }
}
