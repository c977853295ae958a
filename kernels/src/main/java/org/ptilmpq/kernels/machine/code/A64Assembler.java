package org.ptilmpq.kernels.machine.code;

import org.ptilmpq.kernels.machine.code.A64Memory.Pair;
import org.ptilmpq.kernels.machine.code.A64Vector.Lanes;

/**
 * Writes AArch64 instructions: those in use, under the names of Arm's manual (Arm Architecture Reference Manual, DDI
 * 0487). Registers are numbers: 0 to 30 for x0 to x30, 31 for the stack pointer or for zero as the instruction has it,
 * and 0 to 31 for vectors. Large displacements and numbers, for which an instruction has no room, go through {@link
 * #SCRATCH}.
 */
public final class A64Assembler {

  /** The stack pointer, in loads, stores and sums with numbers. */
  public static final int SP = 31;

  /** Zero, in all other instructions. */
  public static final int XZR = 31;

  /** The return address. */
  public static final int X30 = 30;

  /** The register, x16, that the assembler changes where it needs one. */
  public static final int SCRATCH = 16;

  /** Conditions of {@link #b(int, Label)}. */
  public static final int EQ = 0;

  public static final int NE = 1;

  /** Lower, unsigned. */
  public static final int LO = 3;

  /** Less, signed. */
  public static final int LT = 11;

  private static final int B = 0x14000000;

  private final CodeBuffer code = new CodeBuffer();

  /** Where the code goes. */
  public CodeBuffer code() {
    return code;
  }

  // ---- general registers, 64 bits

  public void mov(int to, int from) {
    registers(0xAA000000, to, XZR, from);
  }

  /** Sets any number, in one to four instructions. */
  public void movImmediate(int to, long value) {
    // MOVZ leaves zeros and MOVN ones where no MOVK follows: whichever are more.
    int ones = 0;
    int zeros = 0;
    for (int i = 0; i < 4; i++) {
      ones += quarter(value, i) == 0xFFFF ? 1 : 0;
      zeros += quarter(value, i) == 0 ? 1 : 0;
    }
    boolean isNegative = ones > zeros;
    int rest = isNegative ? 0xFFFF : 0;
    boolean isFirst = true;
    for (int i = 0; i < 4; i++) {
      int part = quarter(value, i);
      if (part != rest) {
        moveQuarter(isFirst ? isNegative ? 0x92800000 : 0xD2800000 : 0xF2800000, to, isFirst ? part ^ rest : part, i);
        isFirst = false;
      }
    }
    if (isFirst) {
      moveQuarter(isNegative ? 0x92800000 : 0xD2800000, to, 0, 0);
    }
  }

  private static int quarter(long value, int index) {
    return (int) (value >>> 16 * index) & 0xFFFF;
  }

  private void moveQuarter(int word, int to, int value, int index) {
    code.putInt(word | index << 21 | value << 5 | to);
  }

  public void add(int to, int left, int right) {
    registers(0x8B000000, to, left, right);
  }

  /** Adds any number; either register may be the stack pointer where the number fits 24 bits. */
  public void addImmediate(int to, int from, long value) {
    long size = Math.abs(value);
    int word = value < 0 ? 0xD1000000 : 0x91000000;
    if (size >>> 24 != 0) {
      movImmediate(SCRATCH, value);
      add(to, from, SCRATCH);
      return;
    }
    int low = (int) size & 0xFFF;
    int high = (int) size >>> 12;
    if (high != 0) {
      code.putInt(word | 1 << 22 | high << 10 | from << 5 | to);
    }
    if (low != 0 || high == 0) {
      code.putInt(word | low << 10 | (high == 0 ? from : to) << 5 | to);
    }
  }

  public void sub(int to, int left, int right) {
    registers(0xCB000000, to, left, right);
  }

  /** Subtracts a number of up to 12 bits, and sets the conditions. */
  public void subs(int to, int from, int value) {
    code.putInt(0xF1000000 | unsigned(value, 12) << 10 | from << 5 | to);
  }

  public void cmp(int left, int right) {
    registers(0xEB000000, XZR, left, right);
  }

  /** Compares with a number of up to 12 bits. */
  public void cmpImmediate(int left, int value) {
    subs(XZR, left, value);
  }

  public void mul(int to, int left, int right) {
    registers(0x9B007C00, to, left, right);
  }

  /** {@code left · right + sum}. */
  public void madd(int to, int left, int right, int sum) {
    registers(0x9B000000 | unsigned(sum, 5) << 10, to, left, right);
  }

  /** One register if a condition holds, else the other. */
  public void csel(int condition, int to, int then, int otherwise) {
    registers(0x9A800000 | unsigned(condition, 4) << 12, to, then, otherwise);
  }

  public void bic(int to, int left, int right) {
    registers(0x8A200000, to, left, right);
  }

  public void lsl(int to, int from, int bits) {
    bitField(to, from, -bits & 63, 63 - bits);
  }

  /** Shifts right; zeros come in from above. */
  public void lsr(int to, int from, int bits) {
    bitField(to, from, bits, 63);
  }

  /** Extracts some bits of a register. */
  public void ubfx(int to, int from, int lowest, int width) {
    bitField(to, from, lowest, lowest + width - 1);
  }

  /** Extracts some bits of a register, the highest of which is their sign. */
  public void sbfx(int to, int from, int lowest, int width) {
    bitField(0x93400000, to, from, lowest, lowest + width - 1);
  }

  /** LSL by the number in a register. */
  public void lslv(int to, int from, int bits) {
    registers(0x9AC02000, to, from, bits);
  }

  private void bitField(int to, int from, int rotation, int highest) {
    bitField(0xD3400000, to, from, rotation, highest);
  }

  private void bitField(int word, int to, int from, int rotation, int highest) {
    code.putInt(word | unsigned(rotation, 6) << 16 | unsigned(highest, 6) << 10 | from << 5 | to);
  }

  // ---- jumps

  public void b(Label to) {
    jump(B, to);
  }

  public void b(int condition, Label to) {
    jump(0x54000000 | condition, to);
  }

  public void cbz(int register, Label to) {
    jump(0xB4000000 | register, to);
  }

  public void cbnz(int register, Label to) {
    jump(0xB5000000 | register, to);
  }

  /** Calls a function whose address is in a register. */
  public void blr(int address) {
    code.putInt(0xD63F0000 | address << 5);
  }

  public void ret() {
    code.putInt(0xD65F0000 | X30 << 5);
  }

  /** Sets a label to this place. */
  public void bind(Label label) {
    for (int jump : label.bind(code.position())) {
      code.setInt(jump, code.intAt(jump) | distance(code.intAt(jump), code.position() - jump));
    }
  }

  private void jump(int word, Label to) {
    if (to.isBound()) {
      code.putInt(word | distance(word, to.position() - code.position()));
    } else {
      to.await(code.position());
      code.putInt(word);
    }
  }

  /** A distance, in the field that the instruction has for it. */
  private static int distance(int word, int bytes) {
    int instructions = bytes / Integer.BYTES;
    return (word & 0xFC000000) == B ? signed(instructions, 26) : signed(instructions, 19) << 5;
  }

  // ---- memory

  /** A load or store at any displacement. */
  public void memory(A64Memory instruction, int register, int base, int displacement) {
    int operands = base << 5 | register;
    int index = displacement >> instruction.scale;
    if (index << instruction.scale == displacement && index >>> 12 == 0) {
      code.putInt(instruction.word | index << 10 | operands);
    } else if (displacement >= -256 && displacement < 256) {
      code.putInt(unscaled(instruction) | signed(displacement, 9) << 12 | operands);
    } else {
      movImmediate(SCRATCH, displacement);
      code.putInt(unscaled(instruction) | 0x00206800 | SCRATCH << 16 | operands);
    }
  }

  /** A load or store at the base, to which a number of −256 to 255 is added afterwards. */
  public void memoryPost(A64Memory instruction, int register, int base, int step) {
    code.putInt(unscaled(instruction) | 0x400 | signed(step, 9) << 12 | base << 5 | register);
  }

  /** A load or store at the base, to which a number of −256 to 255 is added before. */
  public void memoryPre(A64Memory instruction, int register, int base, int step) {
    code.putInt(unscaled(instruction) | 0xC00 | signed(step, 9) << 12 | base << 5 | register);
  }

  /** Loads 32 bits from the sum of a register and four times another one. */
  public void ldrIndexed4(int to, int base, int index) {
    registers(0xB8607800, to, base, index);
  }

  private static int unscaled(A64Memory instruction) {
    return instruction.word & ~0x01000000;
  }

  /** A load or store of two registers, at a displacement of −64 to 63 times their size. */
  public void pair(Pair instruction, int first, int second, int base, int displacement) {
    pair(instruction.word, instruction.scale, first, second, base, displacement);
  }

  /** A load or store of two registers at the base, to which a number is added afterwards. */
  public void pairPost(Pair instruction, int first, int second, int base, int step) {
    pair(instruction.word ^ 0x01800000, instruction.scale, first, second, base, step);
  }

  private void pair(int word, int scale, int first, int second, int base, int bytes) {
    if (bytes >> scale << scale != bytes) {
      throw new IllegalArgumentException(bytes + " bytes are not a number of registers");
    }
    code.putInt(word | signed(bytes >> scale, 7) << 15 | second << 10 | base << 5 | first);
  }

  /** Stores one lane of B16, H8, S4 or D2 to memory. */
  public void st1(Lanes lanes, int vector, int lane, int base) {
    code.putInt(lane(0x0D000000, lanes, lane) | base << 5 | vector);
  }

  /** Loads a vector from memory, after which a register is added to the base. */
  public void ld1Post(Lanes lanes, int vector, int base, int step) {
    code.putInt(0x0CC07000 | lanes.q << 30 | step << 16 | lanes.size << 10 | base << 5 | vector);
  }

  /** Stores four vectors to memory, first the first lanes of all four, then the second ones. */
  public void st4(Lanes lanes, int first, int base) {
    code.putInt(0x0C000000 | lanes.q << 30 | lanes.size << 10 | base << 5 | first);
  }

  /** The lane's number fills Q, S and size from below, as far as the width of the lanes leaves them free. */
  private static int lane(int word, Lanes lanes, int lane) {
    int bits = unsigned(lane, 4 - lanes.size) << lanes.size;
    int width = switch (lanes.size) {
      case 0 -> 0;
      case 1 -> 0x4000;
      case 2 -> 0x8000;
      default -> 0x8400;
    };
    return word | width | bits >> 3 << 30 | (bits >> 2 & 1) << 12 | (bits & 3) << 10;
  }

  // ---- vectors

  /** An instruction of three vectors. */
  public void vector(A64Vector instruction, Lanes lanes, int to, int first, int second) {
    registers(instruction.word(lanes), to, first, second);
  }

  /** An instruction of two vectors. */
  public void vector(A64Vector instruction, Lanes lanes, int to, int from) {
    vector(instruction, lanes, to, from, 0);
  }

  /** SDOT of all four sums with the same four bytes, the element of a number of 0 to 3. */
  public void sdot(int to, int first, int second, int element) {
    registers(0x4F80E000 | (element & 1) << 21 | unsigned(element, 2) >> 1 << 11, to, first, second);
  }

  /** Sets all bytes to one number. */
  public void movi(int to, int value) {
    code.putInt(0x4F00E400 | unsigned(value, 8) >> 5 << 16 | (value & 31) << 5 | to);
  }

  /** Copies the low bits of a general register to all lanes. */
  public void dup(Lanes lanes, int to, int general) {
    registers(0x0E000C00 | lanes.q << 30, to, general, 1 << lanes.size);
  }

  /** Copies a lane to all lanes. */
  public void dup(Lanes lanes, int to, int from, int lane) {
    registers(0x0E000400 | lanes.q << 30, to, from, (2 * lane + 1) << lanes.size);
  }

  /** Copies a lane to a general register; the rest becomes 0. */
  public void umov(Lanes lanes, int to, int from, int lane) {
    registers(0x0E003C00 | (lanes == Lanes.D2 ? 1 : 0) << 30, to, from, (2 * lane + 1) << lanes.size);
  }

  public void shl(Lanes lanes, int to, int from, int bits) {
    shift(0x0F005400, lanes, to, from, lanes.bits() + bits);
  }

  /** Shifts left; the bits below stay as they were in the result. */
  public void sli(Lanes lanes, int to, int from, int bits) {
    shift(0x2F005400, lanes, to, from, lanes.bits() + bits);
  }

  /** Shifts right; copies of the sign come in from above. */
  public void sshr(Lanes lanes, int to, int from, int bits) {
    shift(0x0F000400, lanes, to, from, 2 * lanes.bits() - bits);
  }

  /** Shifts right; zeros come in from above. */
  public void ushr(Lanes lanes, int to, int from, int bits) {
    shift(0x2F000400, lanes, to, from, 2 * lanes.bits() - bits);
  }

  /** Widens signed lanes of B8 or H4 to ones twice as wide; of B16 or H8 the upper ones (SXTL2). */
  public void sxtl(Lanes lanes, int to, int from) {
    shift(0x0F00A400, lanes, to, from, lanes.bits());
  }

  /** @param bits of the shift as the instruction has them, which also say the lanes' width */
  private void shift(int word, Lanes lanes, int to, int from, int bits) {
    registers(word | lanes.q << 30 | unsigned(bits, 7) << 16, to, from, 0);
  }

  // ---- caches

  /**
   * Reads the properties of the caches: bits 0 to 3 and 16 to 19 are the lengths of lines of instructions and of data.
   */
  public void mrsCtr(int to) {
    code.putInt(0xD53B0020 | to);
  }

  /** Writes the line of data of an address to where instructions are fetched from. */
  public void dcCvau(int address) {
    code.putInt(0xD50B7B20 | address);
  }

  /** Forgets the line of instructions of an address. */
  public void icIvau(int address) {
    code.putInt(0xD50B7520 | address);
  }

  /** Waits until all requests to memory and caches are done everywhere. */
  public void dsbIsh() {
    code.putInt(0xD5033B9F);
  }

  /** Forgets instructions that were fetched ahead. */
  public void isb() {
    code.putInt(0xD5033FDF);
  }

  // ---- fields

  private void registers(int word, int to, int first, int second) {
    code.putInt(word | unsigned(second, 5) << 16 | unsigned(first, 5) << 5 | unsigned(to, 5));
  }

  private static int unsigned(int value, int bits) {
    if (value >>> bits != 0) {
      throw new IllegalArgumentException(value + " does not fit " + bits + " bits");
    }
    return value;
  }

  private static int signed(int value, int bits) {
    if (value < -1 << bits - 1 || value >= 1 << bits - 1) {
      throw new IllegalArgumentException(value + " does not fit " + bits + " bits with a sign");
    }
    return value & -1 >>> Integer.SIZE - bits;
  }
}
