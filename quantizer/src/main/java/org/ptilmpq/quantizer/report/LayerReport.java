package org.ptilmpq.quantizer.report;

import java.util.Arrays;
import java.util.List;
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
 * @param figures facts that its weights don't show
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
    LayerFigures figures,
    OptionalDouble stepOverSigma,
    LayerSize size,
    ChannelBits channels) {

  public LayerReport {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(shape, "shape");
    Objects.requireNonNull(figures, "figures");
    Objects.requireNonNull(stepOverSigma, "stepOverSigma");
    Objects.requireNonNull(size, "size");
    Objects.requireNonNull(channels, "channels");
  }

  /** Bit operations of one picture: multiply-accumulates · bits in the kernel · bits of an activation. */
  public double bitOperations(int activationBits) {
    return macs * size.kernelBits() * activationBits;
  }

  /**
   * The facts about a layer that the quantizer knows and its weights don't show.
   *
   * @param sensitivity KL divergence of the network's output, in nats, when this layer alone is quantized
   * @param importance weight that the allocation gave the layer's relative error in the loss
   * @param relativeError squared error of the layer's output from its own rounding over the output's variance, as the
   *     rounding expects it
   * @param lossShare the layer's share of the loss the allocation predicted, 0…1
   * @param outputErrors of the layer's output with all layers quantized
   */
  public record LayerFigures(
      OptionalDouble sensitivity,
      OptionalDouble importance,
      OptionalDouble relativeError,
      OptionalDouble lossShare,
      OutputErrors outputErrors) {

    /** Nothing is known. */
    public static final LayerFigures NONE =
        new LayerFigures(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OutputErrors.NONE);

    /** Returns these figures with a sensitivity. */
    public LayerFigures withSensitivity(double value) {
      return new LayerFigures(OptionalDouble.of(value), importance, relativeError, lossShare, outputErrors);
    }

    /** Returns these figures with an importance and a share of the loss. */
    public LayerFigures withLoss(double weight, double share) {
      return new LayerFigures(
          sensitivity, OptionalDouble.of(weight), relativeError, OptionalDouble.of(share), outputErrors);
    }

    /** Returns these figures with the errors of the layer's output. */
    public LayerFigures withErrors(double relative, OutputErrors ofOutput) {
      return new LayerFigures(sensitivity, importance, OptionalDouble.of(relative), lossShare, ofOutput);
    }
  }

  /**
   * The distance of a layer's output from the float network's with all layers quantized: squared error over the
   * output's variance. Where the second figure is much larger than the first, the layer, or those before it, learned
   * something from their pictures that doesn't hold for others.
   *
   * @param seen on pictures that the quantization learned from
   * @param unseen on pictures that it didn't use
   */
  public record OutputErrors(OptionalDouble seen, OptionalDouble unseen) {

    /** Nothing is known. */
    public static final OutputErrors NONE = new OutputErrors(OptionalDouble.empty(), OptionalDouble.empty());
  }

  /**
   * Bits and bytes of a layer.
   *
   * @param diskBits mean bits per weight on disk: the length of its code, or its entropy in the compressed form
   * @param kernelBits mean bit planes that a multiply-accumulate goes through, tails counted by their share
   * @param tailShare share of the weights that don't fit the dense width, 0…1
   * @param diskBytes bytes in the written file: codes, tables, tails, scales, biases, order; of a compressed file the
   *     layer's share, by entropy and channels
   * @param packedBytes the same in packed form, which is what the kernels read
   */
  public record LayerSize(double diskBits, double kernelBits, double tailShare, long diskBytes, long packedBytes) {}

  /**
   * Bits of a layer's output channels, in the network's order of channels.
   *
   * @param disk mean bits per weight on disk
   * @param kernel dense width, 0…8
   */
  public record ChannelBits(List<Double> disk, List<Integer> kernel) {

    /**
     * @throws IllegalArgumentException when the lists differ in length
     */
    public ChannelBits {
      disk = List.copyOf(disk);
      kernel = List.copyOf(kernel);
      if (disk.size() != kernel.size()) {
        throw new IllegalArgumentException(
            "bits on disk of " + disk.size() + " channels, widths in the kernel of " + kernel.size());
      }
    }

    public static ChannelBits of(double[] disk, int[] kernel) {
      return new ChannelBits(Arrays.stream(disk).boxed().toList(), Arrays.stream(kernel).boxed().toList());
    }

    /** Number of channels. */
    public int count() {
      return disk.size();
    }
  }
}
