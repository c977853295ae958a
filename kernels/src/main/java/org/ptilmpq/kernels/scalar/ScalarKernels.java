package org.ptilmpq.kernels.scalar;

import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.arithmetic.AffineBytes;

/** Plain loops: the truth that every other kernel is compared with, and the fallback where there is no Vector API. */
public final class ScalarKernels implements KernelSet {

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public ScratchSize scratch(KernelSpec spec) {
    return switch (spec) {
      case KernelSpec.Convolution convolution when !convolution.isDepthwise() ->
          ScalarConvolution.scratch(convolution);
      case KernelSpec.Convolution depthwise -> ScalarDepthwise.scratch(depthwise);
      default -> ScratchSize.NONE;
    };
  }

  @Override
  public Kernel prepare(KernelSpec spec) {
    return switch (spec) {
      case KernelSpec.Convolution convolution when !convolution.isDepthwise() -> new ScalarConvolution(convolution);
      case KernelSpec.Convolution depthwise -> new ScalarDepthwise(depthwise);
      case KernelSpec.Addition addition -> new ScalarElementwise(AffineBytes.of(addition));
      case KernelSpec.MaxPooling pooling -> new ScalarPooling(pooling);
      case KernelSpec.AveragePooling pooling -> new ScalarPooling(pooling);
      case KernelSpec.Slice slice -> new CopyKernels.Slice(slice);
      case KernelSpec.Padding padding -> new CopyKernels.Padding(padding);
      case KernelSpec.Rescale rescale -> new ScalarElementwise(AffineBytes.of(rescale));
    };
  }
}
