package org.ptilmpq.testkit;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Native memory between two pages that nobody may touch (Linux): machine code that reads or writes beyond an edge ends
 * the process at once, instead of going unnoticed. One edge is exact, the other as close as pages and alignment allow.
 * Needs {@code --enable-native-access}.
 */
public final class GuardedMemory implements AutoCloseable {

  private static final int PROT_NONE = 0;
  private static final int PROT_READ_WRITE = 1 | 2;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;

  private static final ValueLayout INT = ValueLayout.JAVA_INT;
  private static final ValueLayout LONG = ValueLayout.JAVA_LONG;

  private static final MethodHandle GETPAGESIZE = function("getpagesize", INT);
  private static final MethodHandle MMAP = function("mmap", LONG, LONG, LONG, INT, INT, INT, LONG);
  private static final MethodHandle MPROTECT = function("mprotect", INT, LONG, LONG, INT);
  private static final MethodHandle MUNMAP = function("munmap", INT, LONG, LONG);

  private final long mapping;
  private final long mappedBytes;
  private final MemorySegment segment;
  private boolean closed;

  private GuardedMemory(long bytes, boolean atEnd, long alignment) {
    long page = (int) call(GETPAGESIZE);
    long usable = Math.ceilDiv(Math.max(bytes, 1), page) * page;
    mappedBytes = usable + 2 * page;
    mapping = (long) call(MMAP, 0L, mappedBytes, PROT_NONE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
    if (mapping == -1 || (int) call(MPROTECT, mapping + page, usable, PROT_READ_WRITE) != 0) {
      throw new IllegalStateException("can't map " + mappedBytes + " bytes");
    }
    long start = mapping + page + (atEnd ? (usable - bytes) / alignment * alignment : 0);
    segment = segment(start, bytes);
  }

  /**
   * Allocates memory whose last byte is followed by one that can't be touched.
   *
   * @param alignment of the first byte, a power of two; where it isn't a divisor of the length there are bytes left
   *     between
   */
  public static GuardedMemory endingAtGuard(long bytes, long alignment) {
    return new GuardedMemory(bytes, true, alignment);
  }

  /** Allocates memory whose first byte is at the start of a page, and follows one that can't be touched. */
  public static GuardedMemory startingAtGuard(long bytes) {
    return new GuardedMemory(bytes, false, 1);
  }

  /** All bytes that may be touched, zeros at first; valid until this is closed. */
  public MemorySegment segment() {
    return segment;
  }

  /** Unmaps the memory. A second call does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      call(MUNMAP, mapping, mappedBytes);
    }
  }

  @SuppressWarnings("restricted")
  private static MemorySegment segment(long start, long bytes) {
    return MemorySegment.ofAddress(start).reinterpret(bytes);
  }

  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor type = FunctionDescriptor.of(result, arguments);
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), type);
  }

  private static Object call(MethodHandle function, Object... arguments) {
    try {
      return function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("C functions don't throw", e);
    }
  }
}
