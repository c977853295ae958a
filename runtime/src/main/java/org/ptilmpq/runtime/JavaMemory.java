package org.ptilmpq.runtime;

import java.util.OptionalLong;

/**
 * What the Java virtual machine with this library and the program around it take beside what a {@link MemoryBudget}
 * counts. What they have when the process plans its first session is looked up: another collector, kept classes, a
 * larger program and another machine all show there. What comes on top until pictures are classified was measured, see
 * docs/memory.md.
 */
final class JavaMemory {

  /**
   * The least that is believed, and what is taken where nothing can be looked up: with kept classes, the serial
   * collector and this library alone. Kept classes may still be on their way into memory when it is looked up.
   */
  private static final long LEAST_START = 48_000_000;

  /** Classes, compiled methods and young objects from there on, for kernels of machine code. */
  static final long GROWTH = 600_000;

  /** What is more of it where the optimizing compiler works. */
  static final long OPTIMIZING = 8_000_000;

  /** What is more of it with kernels in Java, which the compiler works at. */
  static final long COMPILING_KERNELS = 14_000_000;

  /** And with several threads: they reach more of them before the first ones are compiled. */
  static final long THREADS_COMPILING = 10_000_000;

  /** Looked up once a process; 0 before. */
  private static long start;

  private JavaMemory() {}

  /**
   * What the process had when it planned its first session.
   *
   * @param model bytes of it that are resident now
   */
  static synchronized long start(long model) {
    if (start == 0) {
      OptionalLong resident = ProcessMemory.resident();
      start = Math.max(resident.isPresent() ? resident.getAsLong() - model : 0, LEAST_START);
    }
    return start;
  }

  /** @param model bytes of it that are resident now, weights mapped or not */
  static long bytes(long model, boolean isMachineCode, int threads) {
    return start(model) + growth(isMachineCode, isOptimizing(System.getProperty("java.vm.info", "")), threads);
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
