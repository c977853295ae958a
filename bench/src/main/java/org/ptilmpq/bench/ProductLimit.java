package org.ptilmpq.bench;

/**
 * The speed of a kernel set's product on this machine, on one thread, if everything stays in registers.
 *
 * @param kernels the set, as {@code KernelSet.name()} calls it
 * @param method the product, as {@code Kernel.method()} calls it
 * @param gmacPerSecond 10⁹ multiply-accumulates per second; of look-ups those that they replace with weights of 1 bit
 */
record ProductLimit(String kernels, String method, double gmacPerSecond) {

  /** Methods of the Vector API's products. */
  static final String FP32_LANES = "fp32 lanes";
  static final String LOOK_UP = "look-up";

  /** Whether it depends on the width of weights: a look-up takes each bit by itself. */
  boolean isByBits() {
    return method.equals(LOOK_UP);
  }

  /** GMAC/s that no layer with weights of a width can exceed. */
  double of(int bits) {
    return isByBits() ? gmacPerSecond / bits : gmacPerSecond;
  }
}
