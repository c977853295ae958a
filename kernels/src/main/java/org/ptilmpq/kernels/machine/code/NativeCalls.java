package org.ptilmpq.kernels.machine.code;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import org.ptilmpq.kernels.machine.code.ExecutableCode.ForbiddenException;

/**
 * Calls into the C library and into code of our own: the one class that uses the foreign-function API. The virtual
 * machine spins classes for each shape of function that is called, which a cold process waits for. So all functions
 * here have one shape, six numbers in and one out: both calling conventions (System V on x86-64, AAPCS64) pass the
 * first six in registers, where a function that takes fewer, or narrower ones, finds what it needs and ignores the
 * rest.
 *
 * <p>Calls are plain, not {@linkplain Linker.Option#critical critical} ones: the collector may work meanwhile, so a
 * kernel may take as long as it likes, but mustn't touch arrays on the heap.
 */
public final class NativeCalls {

  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG);

  private static final MethodHandle FUNCTION = function();

  // Linux: the numbers are the same on x86-64 and on aarch64.
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int PROT_EXEC = 4;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int NO_FILE = -1;
  private static final long MAP_FAILED = -1;

  /** Key of {@link #getauxval}: what the processor can do, in bits. */
  public static final int AT_HWCAP = 16;

  private NativeCalls() {}

  /**
   * Calls code of our own.
   *
   * @param function of {@link ExecutableCode#function}. A segment and not an address: making a segment of that for each
   *     call would allocate until the call is compiled
   * @throws IllegalStateException when its mapping is closed
   */
  public static void invoke(MemorySegment function, long a0, long a1, long a2, long a3, long a4, long a5) {
    call(function, a0, a1, a2, a3, a4, a5);
  }

  /** An entry of the auxiliary vector, which the kernel gave this process at its start; 0 where there is none. */
  public static long getauxval(long key) {
    return call(libc("getauxval"), key, 0, 0, 0, 0, 0);
  }

  /**
   * Maps new pages of zeros that can be read and written. Unlike what an arena allocates, they are touched only where
   * something is written, and the system gets them back when they are unmapped.
   */
  @SuppressWarnings("restricted") // the C library itself says how many bytes there are
  public static MemorySegment mapWritable(long bytes) {
    long address =
        checked("mmap", MAP_FAILED, 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, NO_FILE, 0);
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  /** Makes pages executable, and no longer writable. */
  static void makeExecutable(MemorySegment pages) {
    checked("mprotect", -1, pages.address(), pages.byteSize(), PROT_READ | PROT_EXEC, 0, 0, 0);
  }

  /** Gives pages of {@link #mapWritable} back to the system; they may not be used any more. */
  public static void unmap(MemorySegment pages) {
    checked("munmap", -1, pages.address(), pages.byteSize(), 0, 0, 0, 0);
  }

  /** A function of a library, which stays loaded; empty where there is no such library, or no such function in it. */
  @SuppressWarnings("restricted") // loads one that GCC's compiled programs share
  static Optional<MemorySegment> find(String library, String name) {
    try {
      return SymbolLookup.libraryLookup(library, Arena.global()).find(name);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static long call(MemorySegment function, long a0, long a1, long a2, long a3, long a4, long a5) {
    try {
      return (long) FUNCTION.invokeExact(function, a0, a1, a2, a3, a4, a5);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static long checked(String name, long failed, long a0, long a1, long a2, long a3, long a4, long a5) {
    // A function that returns an int says nothing about the upper half.
    long result = call(libc(name), a0, a1, a2, a3, a4, a5);
    if ((int) result != failed) {
      return result;
    }
    return again(name, failed, a0, a1, a2, a3, a4, a5);
  }

  /**
   * Repeats a failed call in another shape, which keeps errno before the virtual machine can change it. What forbids a
   * mapping forbids it twice; should it succeed now, so much the better.
   */
  private static long again(String name, long failed, long a0, long a1, long a2, long a3, long a4, long a5) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      long result = (long) function(Linker.Option.captureCallState("errno"))
          .invokeExact(libc(name), state, a0, a1, a2, a3, a4, a5);
      if ((int) result != failed) {
        return result;
      }
      VarHandle errno = Linker.Option.captureStateLayout()
          .varHandle(PathElement.groupElement("errno"));
      int error = (int) errno.get(state, 0L);
      throw new ForbiddenException(name + " failed: " + text(error) + " (errno " + error + ")");
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("restricted") // a string of the C library's
  private static String text(int errno) {
    long text = call(libc("strerror"), errno, 0, 0, 0, 0, 0);
    return MemorySegment.ofAddress(text).reinterpret(Long.MAX_VALUE).getString(0);
  }

  @SuppressWarnings("restricted") // what this class is for
  private static MethodHandle function(Linker.Option... options) {
    return Linker.nativeLinker().downcallHandle(SHAPE, options);
  }

  private static MemorySegment libc(String name) {
    return Linker.nativeLinker().defaultLookup().findOrThrow(name);
  }
}
