package org.ptilmpq.kernels;

/** One implementation of all kernels, for any number of threads. Every set gives the same results to the bit. */
public interface KernelSet {

  /** For people: "scalar", "vector, 512 bits". */
  String name();

  /**
   * What scratch one thread needs for a kernel; looks at shapes and widths alone, never at weights, so that
   * {@linkplain PackedWeights#outline outlines} serve.
   */
  ScratchSize scratch(KernelSpec spec);

  /**
   * Makes a kernel ready to run. For convolutions this reads every weight once (sums for the zero points, bounds for
   * the accumulators).
   *
   * @throws ArithmeticException when a sum of the convolution could leave 32 bits
   */
  Kernel prepare(KernelSpec spec);
}
