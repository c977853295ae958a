package org.ptilmpq.cli.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.List;

/** Turns this process into another program, keeping its number, files and place in the terminal: POSIX execv. */
public final class ProcessImage {

  private ProcessImage() {}

  /**
   * Replaces this process; returns only by throwing.
   *
   * @param command path of the program, then its arguments
   * @throws IOException when the system refuses
   */
  @SuppressWarnings("restricted")
  public static void replace(List<String> command) throws IOException {
    Linker linker = Linker.nativeLinker();
    StructLayout captured = Linker.Option.captureStateLayout();
    MethodHandle execv =
        linker.downcallHandle(
            linker.defaultLookup().find("execv").orElseThrow(() -> new IOException("this system has no execv")),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS),
            Linker.Option.captureCallState("errno"));
    VarHandle errno = captured.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment arguments = arena.allocate(ValueLayout.ADDRESS, command.size() + 1L);
      for (int i = 0; i < command.size(); i++) {
        arguments.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(command.get(i)));
      }
      arguments.setAtIndex(ValueLayout.ADDRESS, command.size(), MemorySegment.NULL);
      MemorySegment state = arena.allocate(captured);
      int result = call(execv, state, arena.allocateFrom(command.getFirst()), arguments);
      throw new IOException("execv gave " + result + ", errno " + (int) errno.get(state, 0L));
    }
  }

  private static int call(MethodHandle execv, MemorySegment state, MemorySegment path, MemorySegment arguments) {
    try {
      return (int) execv.invokeExact(state, path, arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("a call of execv can't throw", e);
    }
  }
}
