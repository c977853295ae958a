package org.ptilmpq.runtime;

import java.util.OptionalLong;

/**
 * The memory that the Java virtual machine, this library and the program around it take besides what a {@link
 * MemoryBudget} counts. What they have when the process plans its first session is read from the system: another
 * collector, kept classes, a larger program and another machine all show there. What they add until pictures are
 * classified was measured, see docs/memory.md.
 */
final class JavaMemory {

  /**
   * The smallest start that is believed, and the one assumed where none can be read: with kept classes, the serial
   * collector and this library alone. On a busy machine, kept classes and compiled methods may still be on their way
   * into memory when it is read.
   */
  private static final long MIN_START = 49_400_000;

  /** The addition to it where a compressed file was opened whose levels are coded with tables. */
  private static final long MIN_START_OF_TABLES = 2_500_000;

  /** Classes, compiled methods and young objects from there on, for kernels of machine code. */
  static final long GROWTH = 600_000;

  /** The addition while levels that are coded with tables are decoded. */
  static final long DECODING_TABLES = 1_500_000;

  /**
   * The part of the decoded weights that the allocator takes besides them, as they come layer by layer from all
   * threads.
   */
  private static final int ALLOCATOR_PART = 8;

  /** The addition where the optimizing compiler works. */
  static final long OPTIMIZING = 8_000_000;

  /** The addition for kernels in Java, which the compiler works on. */
  static final long COMPILING_KERNELS = 14_000_000;

  /** The addition for several threads: they reach more of these kernels before the first ones are compiled. */
  static final long THREADS_COMPILING = 10_000_000;

  /** Read once per process; 0 before. */
  private static long start;

  private JavaMemory() {}

  /**
   * The memory that the process had when it planned its first session.
   *
   * @param model bytes of it that are resident now, weights mapped or not
   * @param hasTables whether levels coded with tables will be decoded
   */
  static synchronized long start(long model, boolean hasTables) {
    if (start == 0) {
      OptionalLong resident = ProcessMemory.resident();
      long least = MIN_START + (hasTables ? MIN_START_OF_TABLES : 0);
      start = Math.max(resident.isPresent() ? resident.getAsLong() - model : 0, least);
    }
    return start;
  }

  static long bytes(WeightBytes weights, boolean isMachineCode, int threads) {
    boolean isOptimizing = isOptimizing(System.getProperty("java.vm.info", ""));
    return start(weights.resident(), weights.hasTables())
        + growth(isMachineCode, isOptimizing, threads)
        + (weights.hasTables() ? DECODING_TABLES + weights.decoded() / ALLOCATOR_PART : 0);
  }

  static long growth(boolean isMachineCode, boolean isOptimizing, int threads) {
    if (isMachineCode) {
      return GROWTH + (isOptimizing ? OPTIMIZING : 0);
    }
    return GROWTH + OPTIMIZING + COMPILING_KERNELS + (threads > 1 ? THREADS_COMPILING : 0);
  }

  /** @param info what a virtual machine says of itself: "mixed mode, sharing" */
  static boolean isOptimizing(String info) {
    return !info.contains("emulated-client");
  }
}
