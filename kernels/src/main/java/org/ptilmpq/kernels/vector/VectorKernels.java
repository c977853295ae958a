package org.ptilmpq.kernels.vector;

import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.scalar.PaddingKernel;
import org.ptilmpq.kernels.scalar.ScalarAveragePooling;
import org.ptilmpq.kernels.scalar.ScalarMaxPooling;
import org.ptilmpq.kernels.scalar.SliceKernel;

/** Vector API kernels of the width that {@link Lanes} says; shapes with less than a vector of channels stay scalar. */
public final class VectorKernels implements KernelSet {

  private final LookUp lookUp;

  public VectorKernels(LookUp lookUp) {
    this.lookUp = lookUp;
  }

  @Override
  public String name() {
    return "vector, " + Lanes.bits() + " bits";
  }

  @Override
  public ScratchSize scratch(KernelSpec spec) {
    return switch (spec) {
      case KernelSpec.Convolution convolution when lookUp.serves(convolution) ->
          LookupConvolution.scratch(convolution).max(GemmConvolution.scratch(convolution));
      case KernelSpec.Convolution convolution when !convolution.isDepthwise() -> GemmConvolution.scratch(convolution);
      case KernelSpec.Convolution depthwise -> VectorDepthwise.scratch(depthwise);
      case KernelSpec.AveragePooling pooling when VectorAveragePooling.fits(pooling) ->
          VectorAveragePooling.scratch();
      default -> ScratchSize.NONE;
    };
  }

  @Override
  public Kernel prepare(KernelSpec spec) {
    return switch (spec) {
      case KernelSpec.Convolution convolution when lookUp.serves(convolution) -> new LookupConvolution(convolution);
      case KernelSpec.Convolution convolution when !convolution.isDepthwise() -> new GemmConvolution(convolution);
      case KernelSpec.Convolution depthwise -> VectorDepthwise.prepare(depthwise);
      case KernelSpec.Addition addition -> new VectorAddition(addition);
      case KernelSpec.MaxPooling pooling when VectorMaxPooling.fits(pooling) -> new VectorMaxPooling(pooling);
      case KernelSpec.MaxPooling pooling -> new ScalarMaxPooling(pooling);
      case KernelSpec.AveragePooling pooling when VectorAveragePooling.fits(pooling) ->
          new VectorAveragePooling(pooling);
      case KernelSpec.AveragePooling pooling -> new ScalarAveragePooling(pooling);
      case KernelSpec.Slice slice -> new SliceKernel(slice);
      case KernelSpec.Padding padding -> new PaddingKernel(padding);
      case KernelSpec.Rescale rescale -> new VectorRescale(rescale);
    };
  }
}
