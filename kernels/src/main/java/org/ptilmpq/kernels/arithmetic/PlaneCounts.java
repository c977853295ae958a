package org.ptilmpq.kernels.arithmetic;

import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;

/** Counts how many inputs of each channel of a block have a bit set in each plane: [plane · 64 + channel]. */
public interface PlaneCounts {

  /** The largest number of planes that codes or tails have. */
  int MAX_PLANES = 12;

  /** Counts the bits of the codes. */
  void ofCodes(PackedWeights weights, Block block, int[] counts);

  /** Counts the bits of the tails, over the inputs that have some. */
  void ofTails(PackedWeights weights, Block block, int[] counts);
}
