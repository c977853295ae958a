package org.ptilmpq.runtime;

import org.ptilmpq.format.LayerBits;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.format.Weights;

/**
 * An operation in its network, and the costs that follow from its shapes alone; see {@link LayerProfile} for the
 * components. Most of them are for profiles only.
 *
 * @param weights of a convolution, in packed form; null of any other operation. They may have been unmapped: their
 *     lengths count
 * @param bits of the weights
 */
record Layer(Operation operation, PqModel model, Weights weights, LayerBits bits) {

  /**
   * Multiply-accumulates that take about as long as moving and requantizing one byte: element-wise layers handle 1–3
   * bytes per nanosecond where convolutions do 30–100 multiply-accumulates.
   */
  private static final int MACS_PER_BYTE = 16;

  /** @param model decoded, with its weights still in memory */
  static Layer of(Operation operation, PqModel model) {
    return operation instanceof Operation.Convolution convolution
        ? new Layer(operation, model, convolution.weights(), LayerBits.of(convolution.weights()))
        : new Layer(operation, model, null, LayerBits.NONE);
  }

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
    return weights == null ? 0 : (long) output().elements() * weights.inputs();
  }

  /** Planes that a kernel reads per weight, those of the tails included. */
  double averageBits() {
    return bits.perWeight();
  }

  long weightBytes() {
    return weights == null ? 0 : weights.codes().byteSize() + weights.tails().byteSize();
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

  private static String shape(Tensor tensor) {
    return tensor.height() + "×" + tensor.width() + "×" + tensor.channels();
  }
}
