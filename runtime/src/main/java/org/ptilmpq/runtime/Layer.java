package org.ptilmpq.runtime;

import java.util.List;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;

/**
 * What an operation costs by its shapes alone; see {@link LayerProfile} for the components.
 *
 * @param macs multiply-accumulates an inference, padding included
 * @param activationBytes read and written, each tensor once
 */
record Layer(
    String name, String kind, String shape, long macs, double averageBits, long weightBytes, long activationBytes) {

  /**
   * Multiply-accumulates that take about as long as moving and requantizing one byte: element-wise layers handle 1–3
   * bytes a nanosecond where convolutions do 30–100 multiply-accumulates.
   */
  private static final int MACS_PER_BYTE = 16;

  /**
   * @param spec the operation, lowered, with its weights
   */
  static Layer of(Operation operation, PqModel model, KernelSpec spec) {
    Tensor output = model.tensors().get(operation.output());
    List<Tensor> inputs = Operations.inputs(operation).stream().map(model.tensors()::get).toList();
    long activations = output.elements();
    for (Tensor input : inputs) {
      activations += input.elements();
    }
    String shape = shape(inputs.getFirst()) + " → " + shape(output) + window(operation);
    String kind = Operations.kind(operation, model);
    if (!(spec instanceof KernelSpec.Convolution convolution)) {
      return new Layer(operation.name(), kind, shape, 0, 0, 0, activations);
    }
    PackedWeights weights = convolution.weights();
    long macs = (long) output.elements() * weights.inputs();
    return new Layer(operation.name(), kind, shape, macs, averageBits(weights), weights.byteSize(), activations);
  }

  /** How long it takes, in multiply-accumulates: coarse, to decide whether other threads are worth waking. */
  long work() {
    return macs + MACS_PER_BYTE * activationBytes;
  }

  /** Planes that a kernel reads for a weight, those of the tails included. */
  private static double averageBits(PackedWeights weights) {
    double bits = 0;
    for (PackedWeights.Block block : weights.blocks()) {
      double tailBits = (double) block.tails().count() * block.tails().planes() / weights.inputs();
      bits += block.channels() * (block.width() + tailBits);
    }
    return bits / weights.channels();
  }

  private static String shape(Tensor tensor) {
    return tensor.height() + "×" + tensor.width() + "×" + tensor.channels();
  }

  private static String window(Operation operation) {
    return switch (operation) {
      case Operation.Convolution o -> window(o.kernelHeight(), o.kernelWidth(), o.strideY(), o.strideX());
      case Operation.MaxPooling o -> window(o.kernelHeight(), o.kernelWidth(), o.strideY(), o.strideX());
      case Operation.AveragePooling o -> window(o.kernelHeight(), o.kernelWidth(), o.strideY(), o.strideX());
      case Operation.Addition o -> "";
      case Operation.Slice o -> "";
      case Operation.Padding o -> "";
      case Operation.Rescale o -> "";
    };
  }

  private static String window(int height, int width, int strideY, int strideX) {
    String stride = strideY == 1 && strideX == 1 ? "" : " / " + Math.max(strideY, strideX);
    return ", " + height + "×" + width + stride;
  }
}
