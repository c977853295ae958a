package org.ptilmpq.kernels.machine.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.ptilmpq.kernels.machine.code.ExecutableCode.ForbiddenException;
import org.ptilmpq.testkit.AllocationGate;

class ExecutableCodeTest {

  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

  /** Two functions of the same length: stores the sum and the difference of the arguments 1 and 5 at argument 0. */
  private static final byte[] CODE =
      ARM
          // add x9, x1, x5; str x9, [x0]; ret; sub x9, x1, x5; str x9, [x0]; ret
          ? HexFormat.of().parseHex("2900058b" + "090000f9" + "c0035fd6" + "290005cb" + "090000f9" + "c0035fd6")
          // mov rax, rsi; add rax, r9; mov [rdi], rax; ret; nop; nop; then the same with sub
          : HexFormat.of().parseHex("4889f0" + "4c01c8" + "488907c39090" + "4889f0" + "4c29c8" + "488907c39090");

  /** Sets the byte after the one at argument 0, and waits until that one isn't 0. */
  private static final byte[] WAITING =
      ARM
          // mov w9, #1; strb w9, [x0, #1]; 1: ldrb w9, [x0]; cbz w9, 1b; ret
          ? HexFormat.of().parseHex("29008052" + "09040039" + "09004039" + "e9ffff34" + "c0035fd6")
          // mov byte ptr [rdi+1], 1; 1: mov al, [rdi]; test al, al; je 1b; ret
          : HexFormat.of().parseHex("c6470101" + "8a07" + "84c0" + "74fa" + "c3");

  private static final int SECOND = CODE.length / 2;

  @Test
  void severalFunctionsInOneMapping() {
    try (Arena arena = Arena.ofConfined();
        ExecutableCode code = new ExecutableCode(CODE)) {
      MemorySegment result = arena.allocate(Long.BYTES, Long.BYTES);
      NativeCalls.invoke(code.function(0), result.address(), 1L << 40, -1, -1, -1, 42);
      assertThat(result.get(ValueLayout.JAVA_LONG, 0)).isEqualTo((1L << 40) + 42);
      NativeCalls.invoke(code.function(SECOND), result.address(), 1L << 40, -1, -1, -1, 42);
      assertThat(result.get(ValueLayout.JAVA_LONG, 0)).isEqualTo((1L << 40) - 42);
      assertThat(code.address(SECOND)).isEqualTo(code.address(0) + SECOND);
    }
  }

  @Test
  void isNeverWritableAndExecutable() throws IOException {
    try (ExecutableCode code = new ExecutableCode(CODE)) {
      assertThat(permissions(code.address(0))).isEqualTo("r-xp");
    }
  }

  @Test
  void closedCodeIsGoneAndCannotBeCalled() throws IOException {
    ExecutableCode code = new ExecutableCode(CODE);
    MemorySegment function = code.function(0);
    long address = code.address(0);
    code.close();
    assertThat(permissions(address)).isNotEqualTo("r-xp");
    assertThatIllegalStateException().isThrownBy(() -> NativeCalls.invoke(function, 0, 0, 0, 0, 0, 0));
    assertThatIllegalStateException().isThrownBy(code::close);
  }

  @Test
  void isNotClosedWhileItRuns() throws InterruptedException {
    VarHandle bytes = ValueLayout.JAVA_BYTE.varHandle();
    ExecutableCode code = new ExecutableCode(WAITING);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment flags = arena.allocate(2);
      MemorySegment function = code.function(0);
      Thread thread = Thread.ofPlatform().start(() -> NativeCalls.invoke(function, flags.address(), 0, 0, 0, 0, 0));
      while ((byte) bytes.getVolatile(flags, 1L) == 0) {
        Thread.onSpinWait();
      }
      assertThatIllegalStateException().isThrownBy(code::close);
      bytes.setVolatile(flags, 0L, (byte) 1);
      thread.join();
    }
    code.close();
  }

  @Test
  void whatTheSystemRefusesIsSaid() {
    assertThatThrownBy(() -> NativeCalls.mapWritable(1L << 60))
        .isInstanceOf(ForbiddenException.class)
        .hasMessageMatching("mmap failed: .+ \\(errno 12\\)");
    assertThatThrownBy(() -> NativeCalls.makeExecutable(MemorySegment.ofAddress(1)))
        .isInstanceOf(ForbiddenException.class)
        .hasMessageMatching("mprotect failed: .+ \\(errno 22\\)");
  }

  @Test
  @EnabledOnOs(architectures = "aarch64")
  void instructionCacheIsClearedByOurOwnFunctionWhereThereIsNoOther() {
    try (Arena arena = Arena.ofConfined();
        ExecutableCode code = new ExecutableCode(CODE)) {
      MemorySegment own = ExecutableCode.ownClearing();
      ExecutableCode.clear(own, code.function(0));
      ExecutableCode.clear(own, arena.allocate(1 << 16).asSlice(13, 60_001));
    }
  }

  @Test
  void callsAllocateNothing() {
    try (Arena arena = Arena.ofConfined();
        ExecutableCode code = new ExecutableCode(CODE)) {
      MemorySegment function = code.function(0);
      long result = arena.allocate(Long.BYTES, Long.BYTES).address();
      Runnable call = () -> NativeCalls.invoke(function, result, 1, 2, 3, 4, 5);
      assertThat(AllocationGate.settledBytes(call, List.of(Thread.currentThread()))).isZero();
    }
  }

  /** Linux's name for the permissions of the mapping that has an address; "none" where there is none. */
  private static String permissions(long address) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      String[] fields = line.split("[- ]");
      if (Long.compareUnsigned(address, Long.parseUnsignedLong(fields[0], 16)) >= 0
          && Long.compareUnsigned(address, Long.parseUnsignedLong(fields[1], 16)) < 0) {
        return line.substring(line.indexOf(' ') + 1, line.indexOf(' ') + 5);
      }
    }
    return "none";
  }
}
