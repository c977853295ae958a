package org.ptilmpq.kernels.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.ptilmpq.kernels.machine.Segments.Runs;
import org.ptilmpq.kernels.machine.code.ExecutableCode;
import org.ptilmpq.kernels.machine.code.NativeCalls;

/** A little function and the memory it works on, whose address is its first argument. */
final class EmittedFunction {

  /** Bytes of memory; the argument points to the middle. */
  static final int BYTES = 512 * 1024;

  private final Supplier<Emitter> emitters;

  /** The content of memory before, from the address of the argument on; afterwards the new content. */
  private final byte[] memory = new byte[BYTES];

  EmittedFunction(Supplier<Emitter> emitters) {
    this.emitters = emitters;
  }

  /** An emitter, for what depends on the machine. */
  Emitter emitter() {
    return emitters.get();
  }

  private static int at(int displacement) {
    return BYTES / 2 + displacement;
  }

  private MemorySegment segment() {
    return MemorySegment.ofArray(memory);
  }

  void putByte(int displacement, int value) {
    memory[at(displacement)] = (byte) value;
  }

  void putInt(int displacement, int value) {
    segment().set(ValueLayout.JAVA_INT_UNALIGNED, at(displacement), value);
  }

  void putLong(int displacement, long value) {
    segment().set(ValueLayout.JAVA_LONG_UNALIGNED, at(displacement), value);
  }

  void putFloat(int displacement, float value) {
    segment().set(ValueLayout.JAVA_FLOAT_UNALIGNED, at(displacement), value);
  }

  byte byteAt(int displacement) {
    return memory[at(displacement)];
  }

  int intAt(int displacement) {
    return segment().get(ValueLayout.JAVA_INT_UNALIGNED, at(displacement));
  }

  long longAt(int displacement) {
    return segment().get(ValueLayout.JAVA_LONG_UNALIGNED, at(displacement));
  }

  float floatAt(int displacement) {
    return segment().get(ValueLayout.JAVA_FLOAT_UNALIGNED, at(displacement));
  }

  /** Runs the function once. */
  void run(Consumer<Emitter> body, long... arguments) {
    Emitter e = emitters.get();
    e.enter();
    body.accept(e);
    e.leave();
    run(e.code(), 0, arguments);
  }

  /** An argument that is the address of an offset of the code. */
  static long addressOf(int offset) {
    return -1L - offset;
  }

  /** Runs the function that begins at an offset. */
  void run(byte[] bytes, int offset, long... arguments) {
    try (Arena arena = Arena.ofConfined();
        ExecutableCode code = new ExecutableCode(bytes)) {
      MemorySegment copy = arena.allocate(BYTES, 64).copyFrom(segment());
      long[] a = new long[6];
      a[0] = copy.address() + BYTES / 2;
      for (int i = 0; i < arguments.length; i++) {
        a[i + 1] = arguments[i] < 0 ? code.address((int) (-1 - arguments[i])) : arguments[i];
      }
      NativeCalls.invoke(code.function(offset), a[0], a[1], a[2], a[3], a[4], a[5]);
      segment().copyFrom(copy);
    }
  }
}
