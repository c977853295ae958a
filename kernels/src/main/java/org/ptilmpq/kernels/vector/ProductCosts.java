package org.ptilmpq.kernels.vector;

import org.ptilmpq.kernels.KernelCosts;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.TileSizes;

/** Estimates what each exact product of a layer takes: nanoseconds for one output pixel and all channels. */
final class ProductCosts {

  /** What a look-up loses in a whole network, where tables and sums meet cold caches. */
  private static final double COLD = 1.15;

  /** The same where pixels skip tables: neighbouring pixels' tables lie further apart than caches fetch ahead. */
  private static final double COLD_AND_STRIDED = 1.5;

  private final KernelCosts costs;
  private final TileSizes tiles;

  ProductCosts(KernelCosts costs, TileSizes tiles) {
    this.costs = costs;
    this.tiles = tiles;
  }

  /** Of looking up. */
  double lookUps(KernelSpec.Convolution spec) {
    LookupShape shape = LookupShape.of(spec, tiles);
    int taps = spec.window().taps();
    double groups = (double) taps * shape.parts() * shape.groups();
    int runs = spec.window().kernelHeight()
        * ((spec.window().kernelWidth() + shape.tapsPerRun() - 1) / shape.tapsPerRun())
        * shape.parts();
    double lookUps = 0;
    for (Block block : spec.weights().blocks()) {
      double one =
          block.width() * groups * costs.lookUp()
              + runs * (costs.lookUpRun() + costs.lookUpPlane() * block.width())
              + costs.tail() * block.tails().count();
      lookUps += vectors(block) * one;
    }
    // Tables serve all channels, and all taps but for the rows and columns between blocks.
    double tables = (double) shape.tables() * shape.parts() / Math.min(shape.pixels(), spec.output().pixels());
    boolean strided = !shape.pointwise() && spec.window().strideX() > 1;
    return (lookUps + costs.table() * tables) * (strided ? COLD_AND_STRIDED : COLD);
  }

  /** Of multiplying in 16-bit lanes over runs. */
  double shorts(PackedWeights weights, ShortRuns runs) {
    double cost = 0;
    for (int b = 0; b < weights.blocks().size(); b++) {
      Block block = weights.blocks().get(b);
      if (block.width() > 0) {
        cost += vectors(block) * (costs.shortInput() * weights.inputs() + costs.shortRun() * runs.ends(b).length);
      }
    }
    return cost;
  }

  /** The least that 16-bit lanes may take, whatever the weights are. */
  double shortsAtLeast(PackedWeights weights) {
    return costs.shortInput() * weights.inputs() * vectors(weights);
  }

  /** Of multiplying in fp32 lanes. */
  double floats(PackedWeights weights) {
    return costs.floatInput() * weights.inputs() * vectors(weights);
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
