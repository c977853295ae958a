package org.ptilmpq.bench;

import java.util.OptionalDouble;

/**
 * One layer as one choice of kernels computes it.
 *
 * @param vectorBits 128, 256 or 512
 * @param layer a {@link ResNet50Layer}
 * @param bits of the weights
 * @param products which exact product was asked for, as {@link org.ptilmpq.kernels.KernelProvider#PRODUCTS_PROPERTY} calls it
 * @param method the product that computes it
 * @param milliseconds median of one run; of several forks, the median of theirs
 * @param spread the slowest fork's time less the fastest one's, by the median: what may be luck with a start; 0 of one fork
 * @param macs multiply-accumulates of one run
 * @param weightBytes packed weights
 * @param activationBytes input and output
 */
record SweepRow(
    int vectorBits,
    String layer,
    int bits,
    String products,
    String method,
    double milliseconds,
    double spread,
    long macs,
    long weightBytes,
    long activationBytes) {

  /** 10⁹ multiply-accumulates a second. */
  double gmacPerSecond() {
    return macs / milliseconds * 1e-6;
  }

  /** Multiply-accumulates for each byte of weights and activations, if each is moved once. */
  double macsPerByte() {
    return (double) macs / (weightBytes + activationBytes);
  }

  /** How much of what the machine can do, 0…1; nothing for a product whose limit isn't known. */
  OptionalDouble share(MachineLimits limits) {
    OptionalDouble limit = limits.of(method, bits);
    return limit.isPresent() ? OptionalDouble.of(gmacPerSecond() / limit.getAsDouble()) : limit;
  }
}
