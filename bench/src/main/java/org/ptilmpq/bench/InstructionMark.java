package org.ptilmpq.bench;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Marks a moment for an emulator that counts instructions (.ci/boards/instructions.c): closes a file descriptor that
 * can't be open, a system call that does nothing and that nobody else makes.
 */
final class InstructionMark {

  /** Also known to the plugin. */
  private static final int DESCRIPTOR = -20561;

  private final MethodHandle close;

  @SuppressWarnings("restricted")
  InstructionMark() {
    Linker linker = Linker.nativeLinker();
    close =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("close"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  }

  void set() {
    int result;
    try {
      result = (int) close.invokeExact(DESCRIPTOR);
    } catch (Throwable e) {
      throw new IllegalStateException("close(2) doesn't throw", e);
    }
    if (result == 0) {
      throw new IllegalStateException("a file descriptor " + DESCRIPTOR + " was open");
    }
  }
}
