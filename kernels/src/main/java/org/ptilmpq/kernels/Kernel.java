package org.ptilmpq.kernels;

/**
 * One layer's computation, bound to its places in the arena and to its weights. The work is cut into units that can be
 * run in any order and by any threads: the result is the same to the bit. Nothing is allocated by {@link #run}.
 */
public interface Kernel extends AutoCloseable {

  /** How many independent pieces the work has, at least 1. */
  int units();

  /**
   * Computes units {@code first} up to but not including {@code end}.
   *
   * @param tensors every tensor of the network, in the form that {@link KernelSet#usesNativeMemory} requires, and the
   *     scores, where a convolution with {@code floatScores} writes
   * @param scratch at least as large as {@link KernelSet#scratch} requires; one for each thread
   */
  void run(TensorMemory tensors, int first, int end, Scratch scratch);

  /** The inner product or method, for the profiler: "fp32-lanes 512", "scalar" and so on. */
  String method();

  /** The machine code that runs, for a disassembler; empty where a kernel is Java. */
  default byte[] code() {
    return new byte[0];
  }

  /** Units that a thread takes at a time when several threads compute. */
  default int chunk(int threads) {
    return chunk(units(), threads, 1);
  }

  /**
   * Cuts units into equal chunks, the same number for each thread: up to four, so that a thread that is late has less
   * to do.
   *
   * @param least units that a chunk should have
   */
  static int chunk(int units, int threads, int least) {
    int each = Math.clamp(units / ((long) threads * least), 1, 4);
    return Math.ceilDiv(units, threads * each);
  }

  /**
   * Frees the native memory that {@link KernelSet#prepare} took for it, if any; no thread may run it then or later. A
   * second call does nothing.
   */
  @Override
  default void close() {}
}
