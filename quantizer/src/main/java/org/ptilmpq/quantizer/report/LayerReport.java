package org.ptilmpq.quantizer.report;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * The quantization of one layer.
 *
 * @param name as in the ONNX model
 * @param kind in words: "convolution 3×3", "depthwise 3×3", "fully connected"
 * @param shape from input to output: "56×56×64 → 56×56×256"
 * @param weights how many it has
 * @param macs multiply-accumulates per picture
 * @param sensitivity KL divergence of the network's output, in nats, when this layer alone is quantized
 * @param importance weight that the allocation gave the layer's relative error in the loss
 * @param relativeError squared error of the layer's output from its own rounding over the output's variance, as the
 *     rounding expects it
 * @param outputErrors of the layer's output with all layers quantized
 * @param lossShare the layer's share of the loss the allocation predicted, 0…1
 * @param stepOverSigma mean over the channels of the step between levels, in standard deviations of the channel
 * @param size its bits and bytes
 * @param channels its output channels
 */
public record LayerReport(
    String name,
    String kind,
    String shape,
    long weights,
    long macs,
    OptionalDouble sensitivity,
    OptionalDouble importance,
    OptionalDouble relativeError,
    OutputErrors outputErrors,
    OptionalDouble lossShare,
    OptionalDouble stepOverSigma,
    LayerSize size,
    ChannelBits channels) {

  public LayerReport {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(shape, "shape");
    Objects.requireNonNull(sensitivity, "sensitivity");
    Objects.requireNonNull(importance, "importance");
    Objects.requireNonNull(relativeError, "relativeError");
    Objects.requireNonNull(outputErrors, "outputErrors");
    Objects.requireNonNull(lossShare, "lossShare");
    Objects.requireNonNull(stepOverSigma, "stepOverSigma");
    Objects.requireNonNull(size, "size");
    Objects.requireNonNull(channels, "channels");
  }

  /** Bit operations of one picture: multiply-accumulates · bits in the kernel · bits of an activation. */
  public double bitOperations(int activationBits) {
    return macs * size.kernelBits() * activationBits;
  }
}
