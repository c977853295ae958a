package org.ptilmpq.kernels.vector;

import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;

/**
 * How many inputs the fp32 inner product may sum before its floats could round: a run of n inputs stays exact when
 * {@code Σ|level| · max|x| ≤ 2²⁴}, since a float holds every whole number up to that. Bytes have max|x| = 128. A level
 * is at most what its width and grid allow, and has a tail only where one is listed: so {@code n · max|dense level|},
 * and the largest tail times the number of inputs of the run that have one, bound the sum whatever the weights are.
 */
final class ExactRun {

  /** Longer runs gain nothing, and a panel of 64 channels should stay in the first caches: 256 · 64 · 4 bytes. */
  private static final int LONGEST = 256;

  private static final int EXACT_INPUTS = (1 << 24) / 128;

  private ExactRun() {}

  /** The run length for a layer: at least 4 or all its inputs, at most 256. Runs start at its multiples. */
  static int length(PackedWeights weights) {
    int longest = longest(weights);
    int certain = longest;
    for (Block block : weights.blocks()) {
      certain = Math.min(certain, exact(block.largestLevel()));
    }
    // Few inputs have a tail, so that runs may be longer than if all had one.
    for (int run = longest; run > certain; run /= 2) {
      if (isExact(weights, run)) {
        return run;
      }
    }
    return certain;
  }

  /** The longest run that the layer may have, whatever its tails are: scratch is made for it. */
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

  private static boolean isExact(PackedWeights weights, int run) {
    for (Block block : weights.blocks()) {
      long dense = (long) run * block.group().largestLevel();
      if (dense > EXACT_INPUTS) {
        return false;
      }
      long tail = block.tails().largest(block.width());
      int before = 0;
      for (int k = run; before < block.tails().count(); k += run) {
        int rows = weights.firstTailRow(block, k);
        if (dense + (rows - before) * tail > EXACT_INPUTS) {
          return false;
        }
        before = rows;
      }
    }
    return true;
  }
}
