package org.ptilmpq.kernels.machine.code;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Machine code in memory, ready to be called; a mapping of its own, that may hold several functions. Its pages are
 * first writable and then executable, never both.
 *
 * <p>While one of its functions runs, {@link #close} fails; calls that other code makes to its addresses by itself
 * aren't noticed.
 *
 * <p>New code must become visible to the processor's instruction cache, which on aarch64 doesn't follow what is written
 * to memory; on x86-64 it does. What is cleared here is cleared for every processor, but another one may have fetched
 * instructions ahead: a thread that runs already sees new code once it passed a context switch or an {@code isb}. So
 * code is made before the threads that run it start, and pages that have run aren't written again.
 */
public final class ExecutableCode implements AutoCloseable {

  private final Arena arena;
  private final MemorySegment code;

  /**
   * Code that runs at any address.
   *
   * @throws ForbiddenException when the system forbids it, as SELinux and systemd can be configured to
   */
  public ExecutableCode(byte[] bytes) {
    MemorySegment pages = NativeCalls.mapWritable(bytes.length);
    try {
      MemorySegment.copy(bytes, 0, pages, ValueLayout.JAVA_BYTE, 0, bytes.length);
      NativeCalls.makeExecutable(pages);
      InstructionCache.CLEARING.ifPresent(function -> clear(function, pages));
    } catch (RuntimeException | Error e) {
      NativeCalls.unmap(pages);
      throw e;
    }
    arena = Arena.ofShared();
    code = closedBy(arena, pages);
  }

  @SuppressWarnings("restricted") // says what ends a mapping that is known to be alive
  private static MemorySegment closedBy(Arena arena, MemorySegment pages) {
    return pages.reinterpret(arena, NativeCalls::unmap).asReadOnly();
  }

  /** The function that begins at an offset, for {@link NativeCalls#invoke}. */
  public MemorySegment function(int offset) {
    return code.asSlice(offset);
  }

  /** The address of an offset, for other code that calls it. */
  public long address(int offset) {
    return function(offset).address();
  }

  /**
   * Frees the memory.
   *
   * @throws IllegalStateException when it is closed already, or one of its functions runs
   */
  @Override
  public void close() {
    arena.close();
  }

  /** Not loaded before pages are executable: where the system forbids that, it is to be reported as such. */
  private static final class InstructionCache {

    /** The function that clears it; empty where there is nothing to do. */
    static final Optional<MemorySegment> CLEARING =
        System.getProperty("os.arch").equals("aarch64")
            ? Optional.of(NativeCalls.find("libgcc_s.so.1", "__clear_cache").orElseGet(ExecutableCode::ownClearing))
            : Optional.empty();
  }

  static void clear(MemorySegment function, MemorySegment code) {
    NativeCalls.call(function, code.address(), code.address() + code.byteSize(), 0, 0, 0, 0);
  }

  /**
   * A function of our own, for which only Linux itself clears the cache: it does so when a page that was written
   * becomes executable for the first time ({@code __sync_icache_dcache} in its arch/arm64/mm/flush.c, for memory
   * without a file since 4.9 at least).
   */
  static MemorySegment ownClearing() {
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

  /** The system doesn't let this process have code of its own; the message says what it refused and why. */
  public static final class ForbiddenException extends RuntimeException {

    ForbiddenException(String message) {
      super(message);
    }
  }
}
