package org.ptilmpq.kernels.machine.code;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Machine code in memory, ready to be called; a mapping of its own, that may hold several functions. Its pages are
 * first writable and then executable, never both.
 *
 * <p>While one of its functions runs, {@link #close} fails; calls that other code makes to its addresses by itself
 * aren't noticed.
 */
public final class ExecutableCode implements AutoCloseable {

  private final Arena arena;
  private final MemorySegment code;

  /**
   * Code that runs at any address.
   *
   * @throws ExecutableCodeException when the system forbids it, as SELinux and systemd can be configured to
   */
  public ExecutableCode(byte[] bytes) {
    MemorySegment pages = NativeCalls.mapWritable(bytes.length);
    try {
      MemorySegment.copy(bytes, 0, pages, ValueLayout.JAVA_BYTE, 0, bytes.length);
      NativeCalls.makeExecutable(pages);
      InstructionCache.clear(pages);
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
}
