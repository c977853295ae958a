package org.ptilmpq.kernels.vector;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;

/**
 * Estimates what each exact product of a layer takes, from what its steps were measured to take on a Zen 4 core
 * (docs/kernels.md). The unit is one look-up: a permute, an addition and their loads, 0.4 ns there. Costs are those of one
 * output pixel and one vector of 16-bit lanes' channels.
 */
final class ProductCosts {

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
  private static final double FLOAT_INPUT = 1.8;

  /** The same in 16-bit lanes. */
  private static final double SHORT_INPUT = 1.0;

  /** Taking the sums of a run of 16-bit lanes to 32 bits. */
  private static final double SHORT_SPILL = 6;

  private ProductCosts() {}

  /** Of looking up. */
  static double lookUps(KernelSpec.Convolution spec) {
    LookupShape shape = LookupShape.of(spec);
    int taps = spec.window().taps();
    double groups = (double) taps * shape.parts() * shape.groups();
    int runs = spec.window().kernelHeight()
        * ((spec.window().kernelWidth() + shape.tapsPerRun() - 1) / shape.tapsPerRun())
        * shape.parts();
    double lookUps = 0;
    for (Block block : spec.weights().blocks()) {
      double one = block.width() * groups + runs * (SPILL + SPILL_PLANE * block.width()) + TAIL * block.tails().count();
      lookUps += vectors(block) * one;
    }
    // Tables serve all channels, and all taps but for the rows and columns between blocks.
    double built = TABLE * shape.tables() * shape.parts() / Math.min(shape.pixels(), spec.output().pixels());
    return (lookUps + built) * COLD;
  }

  /** Of multiplying in 16-bit lanes over runs. */
  static double shorts(PackedWeights weights, ShortRuns runs) {
    double cost = 0;
    for (int b = 0; b < weights.blocks().size(); b++) {
      Block block = weights.blocks().get(b);
      if (block.width() > 0) {
        cost += vectors(block) * (SHORT_INPUT * weights.inputs() + SHORT_SPILL * runs.ends(b).length);
      }
    }
    return cost;
  }

  /** The least that 16-bit lanes may take, whatever the weights are. */
  static double shortsAtLeast(PackedWeights weights) {
    return SHORT_INPUT * weights.inputs() * vectors(weights);
  }

  /** Of multiplying in fp32 lanes. */
  static double floats(PackedWeights weights) {
    return FLOAT_INPUT * weights.inputs() * vectors(weights);
  }

  private static int vectors(PackedWeights weights) {
    int vectors = 0;
    for (Block block : weights.blocks()) {
      vectors += block.width() > 0 ? vectors(block) : 0;
    }
    return vectors;
  }

  private static int vectors(Block block) {
    return PlaneIndices.vectors(block.channels());
  }
}
