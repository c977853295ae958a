package org.ptilmpq.kernels.machine.code;

/**
 * Writes x86-64 instructions: those in use, under the names of Intel's manual (Software Developer's Manual, volume 2).
 * Registers are numbers as in the manual: 0 to 15 for rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 … r15, and 0 to 31 for
 * vectors. A vector instruction is written in its VEX form where that can express it, else in EVEX. Jumps are always of
 * 32 bits.
 */
public final class X64Assembler {

  public static final int RAX = 0;
  public static final int RCX = 1;
  public static final int RDX = 2;
  public static final int RBX = 3;
  public static final int RSP = 4;
  public static final int RBP = 5;
  public static final int RSI = 6;
  public static final int RDI = 7;
  public static final int R15 = 15;

  /** Conditions of {@link #jcc} and {@link #cmov}. */
  public static final int EQUAL = 4;
  public static final int NOT_EQUAL = 5;
  public static final int LESS = 12;

  private static final int REX_W = 8;

  private final CodeBuffer code = new CodeBuffer();

  /** Where the code goes. */
  public CodeBuffer code() {
    return code;
  }

  // ---- general registers, 64 bits if not said otherwise

  public void mov(int to, int from) {
    registers(REX_W, 0x89, from, to);
  }

  public void mov(int to, long value) {
    if (value == (int) value) {
      registers(REX_W, 0xC7, 0, to);
      code.putInt((int) value);
    } else {
      rex(REX_W, 0, to);
      code.putByte(0xB8 | to & 7);
      code.putLong(value);
    }
  }

  public void movLoad(int to, int base, int displacement) {
    memory(REX_W, 0x8B, to, base, displacement);
  }

  /** Loads 32 bits; the upper half becomes 0. */
  public void movLoad32(int to, int base, int displacement) {
    memory(0, 0x8B, to, base, displacement);
  }

  /** Loads a byte; the rest becomes 0. */
  public void movzxLoad8(int to, int base, int displacement) {
    rex(0, to, base);
    code.putByte(0x0F);
    code.putByte(0xB6);
    address(to, base, displacement, 1);
  }

  /** Loads 16 bits; the rest becomes 0. */
  public void movzxLoad16(int to, int base, int displacement) {
    rex(0, to, base);
    code.putByte(0x0F);
    code.putByte(0xB7);
    address(to, base, displacement, 1);
  }

  /** Extends the low byte of a register with its sign to 64 bits. */
  public void movsx8(int to, int from) {
    rex(REX_W, to, from);
    code.putByte(0x0F);
    code.putByte(0xBE);
    direct(to, from);
  }

  /** Loads from the sum of two registers, the second not rsp, and a displacement. */
  public void movLoadIndexed(int to, int base, int index, int displacement) {
    rex(REX_W | index >> 3 << 1, to, base);
    code.putByte(0x8B);
    indexed(2, to, base, index, 0);
    code.putInt(displacement);
  }

  /** Loads 32 bits from the sum of a register, not rbp or r13, and four times another one, not rsp. */
  public void movLoad32Indexed4(int to, int base, int index) {
    rex(index >> 3 << 1, to, base);
    code.putByte(0x8B);
    indexed(0, to, base, index, 2);
  }

  private void indexed(int mode, int register, int base, int index, int scale) {
    code.putByte(mode << 6 | (register & 7) << 3 | 4);
    code.putByte(scale << 6 | (index & 7) << 3 | base & 7);
  }

  public void movStore(int from, int base, int displacement) {
    memory(REX_W, 0x89, from, base, displacement);
  }

  public void movStore32(int from, int base, int displacement) {
    memory(0, 0x89, from, base, displacement);
  }

  public void movStore8(int from, int base, int displacement) {
    code.putByte(0x40 | from >> 3 << 2 | base >> 3);
    code.putByte(0x88);
    address(from, base, displacement, 1);
  }

  public void add(int to, int from) {
    registers(REX_W, 0x01, from, to);
  }

  public void add(int to, long value) {
    immediate(0, to, Math.toIntExact(value));
  }

  public void and(int to, long value) {
    immediate(4, to, Math.toIntExact(value));
  }

  /** Moves if a condition holds. */
  public void cmov(int condition, int to, int from) {
    rex(REX_W, to, from);
    code.putByte(0x0F);
    code.putByte(0x40 | condition);
    direct(to, from);
  }

  public void sub(int to, int from) {
    registers(REX_W, 0x29, from, to);
  }

  public void imul(int to, int from, int value) {
    registers(REX_W, 0x69, to, from);
    code.putInt(value);
  }

  public void imul(int to, int from) {
    rex(REX_W, to, from);
    code.putByte(0x0F);
    code.putByte(0xAF);
    direct(to, from);
  }

  public void shl(int register, int bits) {
    registers(REX_W, 0xC1, 4, register);
    code.putByte(bits);
  }

  public void shr(int register, int bits) {
    registers(REX_W, 0xC1, 5, register);
    code.putByte(bits);
  }

  public void cmp(int left, int right) {
    registers(REX_W, 0x39, right, left);
  }

  public void cmp(int left, long value) {
    immediate(7, left, Math.toIntExact(value));
  }

  public void test(int left, int right) {
    registers(REX_W, 0x85, right, left);
  }

  public void dec(int register) {
    registers(REX_W, 0xFF, 1, register);
  }

  public void push(int register) {
    if (register > 7) {
      code.putByte(0x41);
    }
    code.putByte(0x50 | register & 7);
  }

  public void pop(int register) {
    if (register > 7) {
      code.putByte(0x41);
    }
    code.putByte(0x58 | register & 7);
  }

  public void call(int register) {
    registers(0, 0xFF, 2, register);
  }

  public void ret() {
    code.putByte(0xC3);
  }

  /** Asks the processor: the question in eax and ecx, the answer in eax, ebx, ecx and edx. */
  public void cpuid() {
    code.putByte(0x0F);
    code.putByte(0xA2);
  }

  /** Reads the extended control register that ecx names, to edx:eax. */
  public void xgetbv() {
    code.putByte(0x0F);
    code.putByte(0x01);
    code.putByte(0xD0);
  }

  // ---- jumps

  public void jmp(Label to) {
    code.putByte(0xE9);
    distance(to);
  }

  public void jcc(int condition, Label to) {
    code.putByte(0x0F);
    code.putByte(0x80 | condition);
    distance(to);
  }

  /** Sets a label to this place. */
  public void bind(Label label) {
    for (int jump : label.bind(code.position())) {
      code.setInt(jump, code.position() - jump - Integer.BYTES);
    }
  }

  private void distance(Label to) {
    if (to.isBound()) {
      code.putInt(to.position() - code.position() - Integer.BYTES);
    } else {
      to.await(code.position());
      code.putInt(0);
    }
  }

  // ---- vectors

  /** Ends the use of the upper halves of vectors, as the calling convention requires. */
  public void vzeroupper() {
    code.putByte(0xC5);
    code.putByte(0xF8);
    code.putByte(0x77);
  }

  /** Sets a mask register from a general one, 64 bits. */
  public void kmovq(int mask, int from) {
    vex(1, 3, 1, 128, mask, 0, from >> 3, 0);
    code.putByte(0x92);
    direct(mask, from);
  }

  /**
   * An instruction of two or three registers.
   *
   * @param length of the vectors, 128, 256 or 512 bits
   * @param first the result; for instructions that shift or store, what {@code ModRM.reg} says
   * @param second 0 where there is none
   * @param third a vector register
   */
  public void vector(X64Vector instruction, int length, int first, int second, int third) {
    if (isEvex(length, first, second, third)) {
      evex(instruction.evexBase, length, first, second, third >> 4 & 1, third >> 3 & 1, 0, false);
    } else {
      vex(instruction.map, instruction.pp, 0, length, first, second, third >> 3, instruction.vexW);
    }
    code.putTwo(instruction.opcode | direct8(first, third) << 8);
  }

  /** An instruction of two or three registers with an immediate byte. */
  public void vector(X64Vector instruction, int length, int first, int second, int third, int immediate) {
    vector(instruction, length, first, second, third);
    code.putByte(immediate);
  }

  /** An instruction with memory as the last operand. */
  public void vectorMemory(X64Vector instruction, int length, int first, int second, int base, int displacement) {
    vectorMasked(instruction, length, first, second, base, displacement, 0, false);
  }

  /** An instruction with memory as the last operand and an immediate byte. */
  public void vectorMemory(
      X64Vector instruction, int length, int first, int second, int base, int displacement, int immediate) {
    vectorMemory(instruction, length, first, second, base, displacement);
    code.putByte(immediate);
  }

  /**
   * An instruction of two or three registers under a mask.
   *
   * @param mask number of a mask register; 0: none
   * @param zeroing what isn't in the mask becomes 0 rather than staying as it is
   */
  public void vectorMasked(
      X64Vector instruction,
      int length,
      int first,
      int second,
      int base,
      int displacement,
      int mask,
      boolean zeroing) {
    int unit = 1;
    if (mask != 0 || isEvex(length, first, second, 0)) {
      evex(instruction.evexBase, length, first, second, 0, base >> 3, mask, zeroing);
      unit = instruction.operand.bytes(length);
    } else {
      vex(instruction.map, instruction.pp, 0, length, first, second, base >> 3, instruction.vexW);
    }
    code.putByte(instruction.opcode);
    address(first, base, displacement, unit);
  }

  /** An instruction of three registers under a mask that makes 0 what isn't in it. */
  public void vectorZeroing(X64Vector instruction, int length, int first, int second, int third, int mask) {
    evex(instruction.evexBase, length, first, second, third >> 4 & 1, third >> 3 & 1, mask, true);
    code.putByte(instruction.opcode);
    direct(first, third);
  }

  /** Shifts the lanes of 32 bits to the left. */
  public void vpslld(int length, int to, int from, int bits) {
    shift(0x72, 6, length, to, from, bits);
  }

  /** Shifts the lanes of 32 bits to the right, zeros coming in. */
  public void vpsrld(int length, int to, int from, int bits) {
    shift(0x72, 2, length, to, from, bits);
  }

  /** Shifts the lanes of 32 bits to the right, copies of the sign coming in. */
  public void vpsrad(int length, int to, int from, int bits) {
    shift(0x72, 4, length, to, from, bits);
  }

  /** Shifts the lanes of 16 bits to the right, zeros coming in. */
  public void vpsrlw(int length, int to, int from, int bits) {
    shift(0x71, 2, length, to, from, bits);
  }

  /** Shifts the lanes of 16 bits to the right, copies of the sign coming in. */
  public void vpsraw(int length, int to, int from, int bits) {
    shift(0x71, 4, length, to, from, bits);
  }

  /** Shifts the lanes of 16 bits to the left. */
  public void vpsllw(int length, int to, int from, int bits) {
    shift(0x71, 6, length, to, from, bits);
  }

  private void shift(int opcode, int extension, int length, int to, int from, int bits) {
    if (isEvex(length, 0, to, from)) {
      evex(X64Vector.evexBase(1, 1, 0), length, extension, to, from >> 4 & 1, from >> 3 & 1, 0, false);
    } else {
      vex(1, 1, 0, length, extension, to, from >> 3, 0);
    }
    code.putByte(opcode);
    direct(extension, from);
    code.putByte(bits);
  }

  private static boolean isEvex(int length, int first, int second, int third) {
    return length == 512 || (first | second | third) > 15;
  }

  /** @param b the high bit of the last operand's or the base's number */
  private void vex(int map, int pp, int w1, int length, int first, int second, int b, int w) {
    int second8 = (~first >> 3 & 1) << 7 | 1 << 6 | (~b & 1) << 5 | map;
    int third8 = (w | w1) << 7 | (~second & 15) << 3 | (length == 256 ? 4 : 0) | pp;
    code.putThree(0xC4 | second8 << 8 | third8 << 16);
  }

  /**
   * @param base {@link X64Vector#evexBase}
   * @param x the bit above {@code b} where the last operand is a vector
   */
  private void evex(int base, int length, int first, int second, int x, int b, int mask, boolean zeroing) {
    int second8 = (~first & 8) << 4 | (~x & 1) << 6 | (~b & 1) << 5 | ~first & 16;
    int third8 = (~second & 15) << 3;
    int fourth8 = (zeroing ? 0x80 : 0) | length >> 8 << 5 | (~second & 16) >> 1 | mask;
    code.putInt(base | second8 << 8 | third8 << 16 | fourth8 << 24);
  }

  // ---- prefixes, operands

  private void rex(int w, int register, int base) {
    int rex = w | register >> 3 << 2 | base >> 3;
    if (rex != 0) {
      code.putByte(0x40 | rex);
    }
  }

  private void registers(int w, int opcode, int register, int operand) {
    rex(w, register, operand);
    code.putByte(opcode);
    direct(register, operand);
  }

  private void memory(int w, int opcode, int register, int base, int displacement) {
    rex(w, register, base);
    code.putByte(opcode);
    address(register, base, displacement, 1);
  }

  private void immediate(int extension, int to, int value) {
    boolean isByte = value == (byte) value;
    registers(REX_W, isByte ? 0x83 : 0x81, extension, to);
    if (isByte) {
      code.putByte(value);
    } else {
      code.putInt(value);
    }
  }

  private void direct(int register, int operand) {
    code.putByte(direct8(register, operand));
  }

  private static int direct8(int register, int operand) {
    return 0xC0 | (register & 7) << 3 | operand & 7;
  }

  /** @param unit the unit of a displacement of one byte */
  private void address(int register, int base, int displacement, int unit) {
    int low = base & 7;
    boolean isShort = displacement % unit == 0 && displacement / unit == (byte) (displacement / unit);
    int mode = displacement == 0 && low != RBP ? 0 : isShort ? 1 : 2;
    code.putByte(mode << 6 | (register & 7) << 3 | low);
    if (low == RSP) {
      code.putByte(0x24);
    }
    if (mode == 1) {
      code.putByte(displacement / unit);
    } else if (mode == 2) {
      code.putInt(displacement);
    }
  }
}
