package org.ptilmpq.runtime;

import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;

/**
 * An operation in its network, and the costs that follow from its shapes alone; see {@link LayerProfile} for the
 * components. Most of them are for profiles only.
 *
 * @param spec the operation, lowered, with its weights
 */
record Layer(Operation operation, PqModel model, KernelSpec spec) {

  /**
   * Multiply-accumulates that take about as long as moving and requantizing one byte: element-wise layers handle 1–3
   * bytes per nanosecond where convolutions do 30–100 multiply-accumulates.
   */
  private static final int MACS_PER_BYTE = 16;

  String name() {
    return operation.name();
  }

  String kind() {
    return operation.kind(model);
  }

  String shape() {
    return shape(tensor(operation.inputs().getFirst())) + " → " + shape(output());
  }

  /** Multiply-accumulates per inference, padding included. */
  long macs() {
    return spec instanceof KernelSpec.Convolution c ? (long) output().elements() * c.weights().inputs() : 0;
  }

  /** Planes that a kernel reads per weight, those of the tails included. */
  double averageBits() {
    return spec instanceof KernelSpec.Convolution c ? averageBits(c.weights()) : 0;
  }

  long weightBytes() {
    return spec instanceof KernelSpec.Convolution c ? c.weights().byteSize() : 0;
  }

  /** Bytes of activations read and written, each tensor once. */
  long activationBytes() {
    long bytes = output().elements();
    for (int input : operation.inputs()) {
      bytes += tensor(input).elements();
    }
    return bytes;
  }

  private Tensor output() {
    return tensor(operation.output());
  }

  private Tensor tensor(int index) {
    return model.tensors().get(index);
  }

  /** The time it takes, in multiply-accumulates: coarse, to decide whether other threads are worth waking. */
  long work() {
    return macs() + MACS_PER_BYTE * activationBytes();
  }

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
}
