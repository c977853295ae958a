package org.ptilmpq.kernels.machine.code;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ptilmpq.kernels.machine.code.ExecutableCode.ForbiddenException;

/**
 * The features of an x86-64 processor that {@code cpuid} reports (Intel's manual, volume 2, CPUID), as far as the
 * system keeps the registers for them ({@code xgetbv}).
 */
public record X64Processor(boolean avx2, boolean avx512, boolean avx512Vnni, boolean vbmiAndGfni, boolean avxVnni) {

  /** Bits of XCR0: SSE and AVX registers; masks and the rest of AVX-512's. */
  private static final long AVX_STATE = 0x6;

  private static final long AVX512_STATE = 0xE0;

  private static final int EAX = 0;
  private static final int EBX = 1;
  private static final int ECX = 2;

  /**
   * Asks the processor that this runs on.
   *
   * @throws ForbiddenException when the system forbids machine code
   */
  public static X64Processor detect() {
    try (ExecutableCode cpuid = new ExecutableCode(cpuid());
        ExecutableCode xgetbv = new ExecutableCode(xgetbv());
        Arena arena = Arena.ofConfined()) {
      MemorySegment registers = arena.allocate(4 * Integer.BYTES);
      int highest = ask(cpuid, registers, 0, 0, EAX);
      boolean hasStates = bit(ask(cpuid, registers, 1, 0, ECX), 27);
      if (highest < 7 || !hasStates) {
        return new X64Processor(false, false, false, false, false);
      }
      long states = NativeCalls.call(xgetbv.function(0), 0, 0, 0, 0, 0, 0) & 0xFFFF_FFFFL;
      boolean avx = (states & AVX_STATE) == AVX_STATE;
      boolean wide = avx && (states & AVX512_STATE) == AVX512_STATE;
      int ebx = ask(cpuid, registers, 7, 0, EBX);
      int ecx = ask(cpuid, registers, 7, 0, ECX);
      int eax1 = ask(cpuid, registers, 7, 0, EAX) >= 1 ? ask(cpuid, registers, 7, 1, EAX) : 0;
      boolean avx512 = wide && bit(ebx, 16) && bit(ebx, 17) && bit(ebx, 30) && bit(ebx, 31);
      return new X64Processor(
          avx && bit(ebx, 5),
          avx512,
          avx512 && bit(ecx, 11),
          avx512 && bit(ecx, 1) && bit(ecx, 8),
          avx && bit(ebx, 5) && bit(eax1, 4));
    }
  }

  private static int ask(ExecutableCode cpuid, MemorySegment registers, int leaf, int subleaf, int register) {
    NativeCalls.invoke(cpuid.function(0), leaf, subleaf, registers.address(), 0, 0, 0);
    return registers.getAtIndex(ValueLayout.JAVA_INT, register);
  }

  private static boolean bit(int register, int bit) {
    return (register >>> bit & 1) != 0;
  }

  /** Leaf and subleaf in rdi and rsi; eax, ebx, ecx, edx go to where rdx says. */
  private static byte[] cpuid() {
    X64Assembler a = new X64Assembler();
    a.push(X64Assembler.RBX);
    a.mov(8, X64Assembler.RDX);
    a.mov(X64Assembler.RAX, X64Assembler.RDI);
    a.mov(X64Assembler.RCX, X64Assembler.RSI);
    a.cpuid();
    a.movStore32(X64Assembler.RAX, 8, 0);
    a.movStore32(X64Assembler.RBX, 8, 4);
    a.movStore32(X64Assembler.RCX, 8, 8);
    a.movStore32(X64Assembler.RDX, 8, 12);
    a.pop(X64Assembler.RBX);
    a.ret();
    return a.code().toBytes();
  }

  /** Returns the low half of XCR0. */
  private static byte[] xgetbv() {
    X64Assembler a = new X64Assembler();
    a.mov(X64Assembler.RCX, 0L);
    a.xgetbv();
    a.ret();
    return a.code().toBytes();
  }
}
