package org.ptilmpq.kernels.vector;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;

/**
 * Estimates whether looking up is faster than multiplying, from what the steps of either were measured to take on a Zen 4
 * core (docs/kernels.md). The unit is one look-up: a permute, an addition and their loads, 0.4 ns there. Costs are those of
 * one output pixel and one vector of 16-bit lanes' channels.
 */
final class LookupCost {

  /** Building one table. */
  private static final double TABLE = 5;

  /** Taking a run's sums to 32 bits: once, and for each plane. */
  private static final double SPILL = 6;

  private static final double SPILL_PLANE = 3.3;

  /** A listed input, whose tails are mostly one or two of 64. */
  private static final double TAIL = 1.2;

  /** What a look-up loses in a whole network, where tables and sums meet cold caches. */
  private static final double COLD = 1.15;

  /** Multiplying one input in fp32 lanes, with all that belongs to it. */
  private static final double MULTIPLY = 1.8;

  private LookupCost() {}

  /** Whether a layer's weights are better looked up. */
  static boolean isLower(KernelSpec.Convolution spec, LookupShape shape) {
    PackedWeights weights = spec.weights();
    int taps = spec.window().taps();
    double groups = (double) taps * shape.parts() * shape.groups();
    int runs = spec.window().kernelHeight()
        * ((spec.window().kernelWidth() + shape.tapsPerRun() - 1) / shape.tapsPerRun())
        * shape.parts();
    double lookUps = 0;
    int vectors = 0;
    for (Block block : weights.blocks()) {
      int blockVectors = PlaneIndices.vectors(block.channels());
      double one = block.width() * groups + runs * (SPILL + SPILL_PLANE * block.width()) + TAIL * block.tails().count();
      lookUps += blockVectors * one;
      vectors += blockVectors;
    }
    // Tables serve all channels, and all taps but for the rows and columns between blocks.
    double built = TABLE * shape.tables() * shape.parts() / Math.min(shape.pixels(), spec.output().pixels());
    return (lookUps + built) * COLD < MULTIPLY * weights.inputs() * vectors;
  }
}
