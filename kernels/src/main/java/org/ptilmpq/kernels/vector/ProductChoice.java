package org.ptilmpq.kernels.vector;

import java.util.Optional;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelCosts;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.TileSizes;

/** Chooses the exact product of each convolution that isn't depthwise: the cheapest one of those allowed. */
final class ProductChoice {

  private final Products products;
  private final ProductCosts costs;
  private final TileSizes tiles;

  ProductChoice(Products products, KernelCosts costs, TileSizes tiles) {
    this.products = products;
    this.costs = new ProductCosts(costs, tiles);
    this.tiles = tiles;
  }

  /** Enough for any choice. */
  ScratchSize scratch(KernelSpec.Convolution spec) {
    ScratchSize size = GemmConvolution.scratch(spec, tiles);
    if (RowConvolution.mayFit(spec)) {
      size = size.max(RowConvolution.scratch(spec));
    }
    return products.lookUp(spec, tiles) ? size.max(LookupConvolution.scratch(spec, tiles)) : size;
  }

  Kernel prepare(KernelSpec.Convolution spec) {
    if (products != Products.LOOK_UPS && products != Products.SHORT_LANES && RowConvolution.fits(spec)) {
      return new RowConvolution(spec);
    }
    boolean mayLookUp = products.lookUp(spec, tiles);
    if (products == Products.LOOK_UPS && mayLookUp) {
      return new LookupConvolution(spec, tiles);
    }
    double lookUps = mayLookUp ? costs.lookUps(spec) : Double.POSITIVE_INFINITY;
    double floats = products == Products.SHORT_LANES ? Double.POSITIVE_INFINITY : costs.floats(spec.weights());
    double best = Math.min(lookUps, floats);
    if (products.multiplyShorts(spec) && costs.shortsAtLeast(spec.weights()) < best) {
      Optional<ShortRuns> runs = ShortRuns.of(spec.weights());
      if (runs.isPresent() && costs.shorts(spec.weights(), runs.get()) < best) {
        return GemmConvolution.inShorts(spec, tiles, runs.get());
      }
    }
    return lookUps < floats ? new LookupConvolution(spec, tiles) : GemmConvolution.inFloats(spec, tiles);
  }
}
