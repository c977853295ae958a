package org.ptilmpq.kernels.machine.code;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Makes new code visible to the processor's instruction cache, which on aarch64 doesn't follow what is written to memory.
 * x86-64 does it all by itself.
 *
 * <p>What this clears, it clears for every processor. But another one may have fetched instructions ahead: a thread that
 * runs already sees new code once it passed a context switch or an {@code isb}. So code is made before the threads that
 * run it start, and pages that have run aren't written again.
 */
final class InstructionCache {

  /**
   * What GCC's {@code __clear_cache} does, for systems without its library. Registers: x0 the first byte, x1 behind the last.
   */
  private static final int[] CLEAR = {
    0xd53b0022, // mrs x2, ctr_el0      // binary logarithms of the lines' lengths in words of 4 bytes
    0xd2800083, // mov x3, #4
    0xd3504c44, // ubfx x4, x2, #16, #4
    0x9ac42064, // lsl x4, x3, x4       // of the data cache
    0x92400c45, // and x5, x2, #15
    0x9ac52065, // lsl x5, x3, x5       // of the instruction cache
    0xd1000486, // sub x6, x4, #1
    0x8a260006, // bic x6, x0, x6
    0xd50b7b26, // 1: dc cvau, x6
    0x8b0400c6, // add x6, x6, x4
    0xeb0100df, // cmp x6, x1
    0x54ffffa3, // b.lo 1b
    0xd5033b9f, // dsb ish
    0xd10004a6, // sub x6, x5, #1
    0x8a260006, // bic x6, x0, x6
    0xd50b7526, // 2: ic ivau, x6
    0x8b0500c6, // add x6, x6, x5
    0xeb0100df, // cmp x6, x1
    0x54ffffa3, // b.lo 2b
    0xd5033b9f, // dsb ish
    0xd5033fdf, // isb
    0xd65f03c0 // ret
  };

  /** The function that clears; empty where there is nothing to do. */
  private static final Optional<MemorySegment> FUNCTION =
      System.getProperty("os.arch").equals("aarch64")
          ? Optional.of(NativeCalls.find("libgcc_s.so.1", "__clear_cache").orElseGet(InstructionCache::own))
          : Optional.empty();

  private InstructionCache() {}

  /** Makes the code in these pages visible; they are executable already. */
  static void clear(MemorySegment code) {
    FUNCTION.ifPresent(function -> clear(function, code));
  }

  static void clear(MemorySegment function, MemorySegment code) {
    NativeCalls.call(function, code.address(), code.address() + code.byteSize(), 0, 0, 0, 0);
  }

  /**
   * A function of our own, which nothing clears the cache for but Linux itself: it does so when a page that was written
   * becomes executable for the first time ({@code __sync_icache_dcache} in arch/arm64/mm/flush.c, for pages of programs'
   * own since 4.9 at least).
   */
  static MemorySegment own() {
    MemorySegment code = NativeCalls.mapWritable((long) CLEAR.length * Integer.BYTES);
    MemorySegment.copy(CLEAR, 0, code, ValueLayout.JAVA_INT, 0, CLEAR.length);
    NativeCalls.makeExecutable(code);
    return code;
  }
}
