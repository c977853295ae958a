package org.ptilmpq.kernels.machine.code;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Makes new code visible to the processor's instruction cache, which on aarch64 doesn't follow what is written to
 * memory. On x86-64 it does.
 *
 * <p>What this clears, it clears for every processor. But another one may have fetched instructions ahead: a thread
 * that runs already sees new code once it passed a context switch or an {@code isb}. So code is made before the threads
 * that run it start, and pages that have run aren't written again.
 */
final class InstructionCache {

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
   * A function of our own, for which only Linux itself clears the cache: it does so when a page that was written
   * becomes executable for the first time ({@code __sync_icache_dcache} in its arch/arm64/mm/flush.c, for memory
   * without a file since 4.9 at least).
   */
  static MemorySegment own() {
    byte[] bytes = clearing();
    MemorySegment code = NativeCalls.mapWritable(bytes.length);
    MemorySegment.copy(bytes, 0, code, ValueLayout.JAVA_BYTE, 0, bytes.length);
    NativeCalls.makeExecutable(code);
    return code;
  }

  /** The code of GCC's function. Arguments: the address of the first byte, in x0, and that after the last, in x1. */
  private static byte[] clearing() {
    A64Assembler code = new A64Assembler();
    int caches = 2;
    int length = 3;
    int four = 4;
    int address = 5;
    // According to the manual, these are binary logarithms of lines' lengths in words of four bytes.
    code.mrsCtr(caches);
    code.movImmediate(four, 4);
    code.ubfx(length, caches, 16, 4);
    code.lslv(length, four, length);
    eachLine(code, address, length, code::dcCvau);
    code.dsbIsh();
    code.ubfx(length, caches, 0, 4);
    code.lslv(length, four, length);
    eachLine(code, address, length, code::icIvau);
    code.dsbIsh();
    code.isb();
    code.ret();
    return code.code().toBytes();
  }

  private static void eachLine(A64Assembler code, int address, int length, IntConsumer instruction) {
    Label next = new Label();
    code.addImmediate(address, length, -1);
    code.bic(address, 0, address);
    code.bind(next);
    instruction.accept(address);
    code.add(address, address, length);
    code.cmp(address, 1);
    code.b(A64Assembler.LO, next);
  }
}
