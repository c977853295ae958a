package org.ptilmpq.kernels;

import java.util.Optional;

/** One implementation of all kernels, for any number of threads. Every set gives the same results to the bit. */
public interface KernelSet extends AutoCloseable {

  /** For people: "machine code, avx2", "vector, 512 bits", "scalar". */
  String name();

  /**
   * Whether the kernels compute in native memory, {@link TensorMemory#offHeap}. Machine code does, since it needs
   * addresses that stay; those of Java want the arrays of {@link TensorMemory#onHeap}.
   */
  default boolean usesNativeMemory() {
    return false;
  }

  /**
   * What scratch one thread needs for a kernel; looks at shapes and widths alone, never at weights, so that
   * {@linkplain PackedWeights#outline outlines} serve.
   */
  ScratchSize scratch(KernelSpec spec);

  /**
   * Native memory that {@link #prepare} takes until the kernel is closed, in bytes, at most. Looks at shapes and widths
   * alone, like {@link #scratch}.
   */
  default long preparedBytes(KernelSpec spec) {
    return 0;
  }

  /**
   * Makes a kernel ready to run, for the caller to close. For convolutions this reads every weight once (sums for the
   * zero points, bounds for the accumulators).
   *
   * @throws ArithmeticException when a sum of the convolution could leave 32 bits
   */
  Kernel prepare(KernelSpec spec);

  /**
   * Products of inputs and levels that stay in registers, over and over: what no convolution of this set can be
   * faster than.
   *
   * @param kernel reads and writes no tensors; one unit of work
   * @param scratch that the kernel needs
   * @param macs multiply-accumulates of a unit
   */
  record Limit(Kernel kernel, ScratchSize scratch, long macs) {}

  /** For benchmarks; empty where there is none. The caller closes its kernel. */
  default Optional<Limit> limit() {
    return Optional.empty();
  }

  /** What decodes compressed layers faster than the format's own decoder; empty where there is nothing. */
  default Optional<LevelDecoder> levelDecoder() {
    return Optional.empty();
  }

  /** Frees what its kernels share, after the last of them is closed. A second time does nothing. */
  @Override
  default void close() {}
}
