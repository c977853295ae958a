package org.ptilmpq.kernels.vector;

import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.TileSizes;
import org.ptilmpq.kernels.arithmetic.AffineBytes;
import org.ptilmpq.kernels.scalar.CopyKernels;

/** Vector API kernels of the width that {@link Lanes} says; shapes with less than a vector of channels stay scalar. */
public final class VectorKernels implements KernelSet {

  private final Products products;
  private final TileSizes tiles;

  /** Kernels with tiles of the {@linkplain TileSizes#STANDARD standard sizes}. */
  public VectorKernels(Products products) {
    this(products, TileSizes.STANDARD);
  }

  /**
   * @param products which exact product of convolutions to use
   * @param tiles that suit the machine's caches
   */
  public VectorKernels(Products products, TileSizes tiles) {
    this.products = products;
    this.tiles = tiles;
  }

  @Override
  public String name() {
    return "vector, " + Lanes.bits() + " bits";
  }

  /** Whether a layer is looked up; its outline says the same. */
  private boolean isLookedUp(KernelSpec.Convolution spec) {
    return products == Products.LOOK_UP && LookupShape.fits(spec, tiles);
  }

  @Override
  public ScratchSize scratch(KernelSpec spec) {
    return switch (spec) {
      case KernelSpec.Convolution depthwise when depthwise.isDepthwise() -> VectorDepthwise.scratch(depthwise);
      case KernelSpec.Convolution lookedUp when isLookedUp(lookedUp) -> LookupConvolution.scratch(lookedUp, tiles);
      case KernelSpec.Convolution convolution -> GemmConvolution.scratch(convolution, tiles);
      case KernelSpec.AveragePooling pooling -> VectorPooling.scratch(pooling);
      default -> ScratchSize.NONE;
    };
  }

  @Override
  public Kernel prepare(KernelSpec spec) {
    return switch (spec) {
      case KernelSpec.Convolution depthwise when depthwise.isDepthwise() -> VectorDepthwise.prepare(depthwise);
      case KernelSpec.Convolution lookedUp when isLookedUp(lookedUp) -> new LookupConvolution(lookedUp, tiles);
      case KernelSpec.Convolution convolution -> new GemmConvolution(convolution, tiles);
      case KernelSpec.Addition addition -> new VectorElementwise(AffineBytes.of(addition));
      case KernelSpec.MaxPooling pooling -> VectorPooling.prepare(pooling);
      case KernelSpec.AveragePooling pooling -> VectorPooling.prepare(pooling);
      case KernelSpec.Slice slice -> new CopyKernels.Slice(slice);
      case KernelSpec.Padding padding -> new CopyKernels.Padding(padding);
      case KernelSpec.Rescale rescale -> new VectorElementwise(AffineBytes.of(rescale));
    };
  }

  /** The exact product of convolutions that aren't depthwise; both give the same sums. */
  public enum Products {

    /** Multiplications in fp32 lanes: any layer. */
    FP32,

    /** Look-ups instead of multiplications wherever a layer can be looked up, fp32 lanes elsewhere. */
    LOOK_UP
  }
}
