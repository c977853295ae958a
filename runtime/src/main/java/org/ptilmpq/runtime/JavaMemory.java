package org.ptilmpq.runtime;

import java.util.OptionalLong;

/**
 * What the Java virtual machine with this library and the program around it take beside what a {@link MemoryBudget}
 * counts. How much that is before there is a model is looked up when the process makes its first {@link
 * SessionOptions}: another collector, kept classes, a larger program and another machine all show there. What comes on
 * top while models are opened and pictures classified was measured, see docs/memory.md.
 */
final class JavaMemory {

  /**
   * The least that is believed, and what is taken where nothing can be looked up: with kept classes, the serial
   * collector and this library alone. Kept classes may still be on their way into memory when it is looked up.
   */
  private static final long USUAL_START = 48_000_000;

  /** Classes, compiled methods and young objects from there on, for kernels of machine code. */
  static final long GROWTH = 20_000_000;

  /** What is more of it where the optimizing compiler works. */
  static final long OPTIMIZING = 24_000_000;

  /** What is more of it with kernels in Java, which the compiler works at. */
  static final long COMPILING_KERNELS = 14_000_000;

  /** And with several threads: they reach more of them before the first ones are compiled. */
  static final long THREADS_COMPILING = 10_000_000;

  private static final OptionalLong START = ProcessMemory.resident();

  private JavaMemory() {}

  /** What the process had when the first options were made: this has to be asked for then. */
  static long start() {
    return Math.max(START.orElse(USUAL_START), USUAL_START);
  }

  static long bytes(boolean isMachineCode, int threads) {
    return start() + growth(isMachineCode, isOptimizing(System.getProperty("java.vm.info", "")), threads);
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
