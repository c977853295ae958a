package org.ptilmpq.kernels.vector;

import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;

/**
 * How many inputs the fp32 inner product may sum before its floats could round: a run of n inputs stays exact when
 * {@code n · max|level| · max|x| ≤ 2²⁴}, since a float holds every whole number up to that. Bytes have max|x| = 128; the
 * largest level is taken from the width, the grid and the planes of the tails, so the proof holds whatever the weights are.
 * Levels have at most 13 bits with their tails, so that a run has at least 4 inputs.
 */
final class ExactRun {

  /** Longer runs gain nothing, and a panel of 64 channels should stay in the first caches: 256 · 64 · 4 bytes. */
  private static final int LONGEST = 256;

  private static final int EXACT_INPUTS = (1 << 24) / 128;

  private ExactRun() {}

  /** The run length for a layer: at least 4 or all its inputs, at most 256. */
  static int length(PackedWeights weights) {
    int run = longest(weights);
    for (Block block : weights.blocks()) {
      run = Math.min(run, exact(block.largestLevel()));
    }
    return run;
  }

  /** The longest run that the layer may have, whatever its tails are: what scratch is made for. */
  static int longest(PackedWeights weights) {
    int run = Math.min(LONGEST, weights.inputs());
    for (Block block : weights.blocks()) {
      run = Math.min(run, exact(block.group().largestLevel()));
    }
    return run;
  }

  private static int exact(int largestLevel) {
    return EXACT_INPUTS / Math.max(1, largestLevel);
  }
}
