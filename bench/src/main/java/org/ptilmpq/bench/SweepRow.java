package org.ptilmpq.bench;

/**
 * One layer as one product computes it.
 *
 * @param kernels the kernel set, as {@code KernelSet.name()} calls it
 * @param layer a {@link ResNet50Layer}
 * @param bits of the weights
 * @param method the product that computes it
 * @param milliseconds median of one run; for several forks, the median of theirs
 * @param spread the slowest fork's time less the fastest one's, divided by the median: what may be luck with a start; 0
 *     for one fork
 * @param macs multiply-accumulates of one run
 * @param weightBytes packed weights
 * @param activationBytes input and output
 */
record SweepRow(
    String kernels,
    String layer,
    int bits,
    String method,
    double milliseconds,
    double spread,
    long macs,
    long weightBytes,
    long activationBytes) {

  /** 10⁹ multiply-accumulates per second. */
  double gmacPerSecond() {
    return macs / milliseconds * 1e-6;
  }

  /** Multiply-accumulates per byte of weights and activations, if each is moved once. */
  double macsPerByte() {
    return (double) macs / (weightBytes + activationBytes);
  }

  /** Whether it is one of the layers that most of a network's time goes to, and that have to reach the bar. */
  boolean isLarge() {
    return macs >= ResNet50Layer.LARGE_MACS;
  }
}
