package org.ptilmpq.bench;

import java.util.OptionalDouble;

/**
 * What this machine can do at one vector width, on one thread, if everything stays in registers.
 *
 * @param vectorBits 128, 256 or 512
 * @param fp32 10⁹ fused multiply-adds of 32-bit floats a second
 * @param lookUpAt1Bit 10⁹ multiply-accumulates a second that permutes and additions stand for, with weights of 1 bit
 */
record MachineLimits(int vectorBits, double fp32, double lookUpAt1Bit) {

  /** What {@code Kernel.method()} calls the products that have a limit here. */
  static final String FP32_LANES = "fp32 lanes";
  static final String LOOK_UP = "look-up";

  /**
   * GMAC/s that a product can't exceed.
   *
   * @param method as a kernel names its product
   * @param bits of the weights: a look-up takes each bit by itself
   * @return nothing for a product whose limit isn't measured
   */
  OptionalDouble of(String method, int bits) {
    return switch (method) {
      case FP32_LANES -> OptionalDouble.of(fp32);
      case LOOK_UP -> OptionalDouble.of(lookUpAt1Bit / bits);
      default -> OptionalDouble.empty();
    };
  }
}
