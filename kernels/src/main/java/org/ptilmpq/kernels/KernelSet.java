package org.ptilmpq.kernels;

import java.util.Optional;

/** One implementation of all kernels, for any number of threads. Every set gives the same results to the bit. */
public interface KernelSet extends AutoCloseable {

  /** Human-readable name: "machine code, avx2", "vector, 512 bits", "scalar". */
  String name();

  /**
   * Whether the kernels compute in native memory, {@link TensorMemory#offHeap}. Machine code does, since it needs
   * addresses that stay; kernels in Java need the arrays of {@link TensorMemory#onHeap}.
   */
  default boolean usesNativeMemory() {
    return false;
  }

  /**
   * The scratch that one thread needs for a kernel; it depends on shapes and widths alone, never on weights, so that
   * {@linkplain PackedWeights#outline outlines} are enough.
   */
  ScratchSize scratch(KernelSpec spec);

  /**
   * The most native memory, in bytes, that {@link #prepare} takes until the kernel is closed. It depends on shapes and
   * widths alone, like {@link #scratch}.
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
   * Products of inputs and levels that stay in registers, over and over: no convolution of this set can be faster.
   *
   * @param kernel reads and writes no tensors; one unit of work
   * @param scratch that the kernel needs
   * @param macs multiply-accumulates of a unit
   */
  record Limit(Kernel kernel, ScratchSize scratch, long macs) {}

  /** The limit, for benchmarks; empty where there is none. The caller closes its kernel. */
  default Optional<Limit> limit() {
    return Optional.empty();
  }

  /** A faster decoder of compressed layers than the format's own; empty where there is none. */
  default Optional<LevelDecoder> levelDecoder() {
    return Optional.empty();
  }

  /** Frees what its kernels share, after the last of them is closed. A second call does nothing. */
  @Override
  default void close() {}

  /**
   * A choice among sets and its reason.
   *
   * @param kernels the set to use; null where there is none
   * @param reason one sentence for logs and {@code inspect}, without its full stop
   */
  record Choice(KernelSet kernels, String reason) {}
}
