package org.ptilmpq.kernels.machine;

import static org.ptilmpq.kernels.machine.code.A64Assembler.SP;
import static org.ptilmpq.kernels.machine.code.A64Assembler.X30;

import org.ptilmpq.kernels.machine.code.A64Assembler;
import org.ptilmpq.kernels.machine.code.A64Memory;
import org.ptilmpq.kernels.machine.code.A64Memory.Pair;
import org.ptilmpq.kernels.machine.code.A64Vector;
import org.ptilmpq.kernels.machine.code.A64Vector.Lanes;
import org.ptilmpq.kernels.machine.code.Label;

/**
 * NEON, which every AArch64 processor has: 4 lanes, 4 vectors per column. The last two vectors are the emitter's own,
 * and so are the general registers x14 to x17; x18 is the system's. Functions follow the AAPCS64 calling convention.
 */
final class NeonEmitter extends Emitter {

  /** Vectors that kernels may use. */
  static final int VECTORS = 30;

  /** Vectors of a column. */
  static final int COLUMN = 4;

  private static final int OWN = 31;

  /** An address; the assembler itself changes x16. */
  private static final int ADDRESS = 17;

  /** Vectors whose lower halves a function preserves, from v8 on, in pairs. */
  private static final int SAVED = 8;

  private static final int SAVED_PAIRS = 4;
  private static final int FRAME_BYTES = SAVED_PAIRS * 16 + 16;

  final A64Assembler assembler = new A64Assembler();

  @Override
  int vectors() {
    return VECTORS;
  }

  @Override
  int lanes() {
    return 4;
  }

  @Override
  int columnVectors() {
    return COLUMN;
  }

  @Override
  byte[] code() {
    return assembler.code().toBytes();
  }

  // ---- functions

  @Override
  void enter() {
    assembler.addImmediate(SP, SP, -FRAME_BYTES);
    savedPairs(Pair.STP_D);
    assembler.memory(A64Memory.STR_X, X30, SP, SAVED_PAIRS * 16);
  }

  @Override
  void leave() {
    savedPairs(Pair.LDP_D);
    assembler.memory(A64Memory.LDR_X, X30, SP, SAVED_PAIRS * 16);
    assembler.addImmediate(SP, SP, FRAME_BYTES);
    assembler.ret();
  }

  private void savedPairs(Pair instruction) {
    for (int i = 0; i < SAVED_PAIRS; i++) {
      assembler.pair(instruction, SAVED + 2 * i, SAVED + 2 * i + 1, SP, 16 * i);
    }
  }

  @Override
  void call(int address) {
    assembler.blr(address);
  }

  /** Keeps the return address, so that a subroutine may call another one. */
  @Override
  void enterSubroutine() {
    assembler.memoryPre(A64Memory.STR_X, X30, SP, -16);
  }

  @Override
  void leaveSubroutine() {
    assembler.memoryPost(A64Memory.LDR_X, X30, SP, 16);
    assembler.ret();
  }

  // ---- general registers

  @Override
  void move(int to, int from) {
    assembler.mov(to, from);
  }

  @Override
  void moveImmediate(int to, long value) {
    assembler.movImmediate(to, value);
  }

  @Override
  void load(int to, int base, int displacement) {
    assembler.memory(A64Memory.LDR_X, to, base, displacement);
  }

  @Override
  void loadInt(int to, int base, int displacement) {
    assembler.memory(A64Memory.LDR_W, to, base, displacement);
  }

  @Override
  void loadByte(int to, int base, int displacement) {
    assembler.memory(A64Memory.LDRB, to, base, displacement);
  }

  @Override
  void store(int from, int base, int displacement) {
    assembler.memory(A64Memory.STR_X, from, base, displacement);
  }

  @Override
  void storeInt(int from, int base, int displacement) {
    assembler.memory(A64Memory.STR_W, from, base, displacement);
  }

  @Override
  void storeByte(int from, int base, int displacement) {
    assembler.memory(A64Memory.STRB, from, base, displacement);
  }

  @Override
  void add(int to, int from) {
    assembler.add(to, to, from);
  }

  @Override
  void addImmediate(int to, int value) {
    if (value != 0) {
      assembler.addImmediate(to, to, value);
    }
  }

  @Override
  void subtract(int to, int from) {
    assembler.sub(to, to, from);
  }

  @Override
  void multiply(int to, int from) {
    assembler.mul(to, to, from);
  }

  @Override
  void multiply(int to, int from, int value) {
    if (Integer.bitCount(value) == 1 && value > 0) {
      assembler.lsl(to, from, Integer.numberOfTrailingZeros(value));
      return;
    }
    assembler.movImmediate(A64Assembler.SCRATCH, value);
    assembler.mul(to, from, A64Assembler.SCRATCH);
  }

  @Override
  void shiftLeft(int register, int bits) {
    assembler.lsl(register, register, bits);
  }

  @Override
  void shiftRight(int register, int bits) {
    assembler.lsr(register, register, bits);
  }

  // ---- jumps

  @Override
  void bind(Label label) {
    assembler.bind(label);
  }

  @Override
  void jump(Label label) {
    assembler.b(label);
  }

  @Override
  void jumpIfZero(int register, Label label) {
    assembler.cbz(register, label);
  }

  @Override
  void jumpIfLess(int left, int right, Label label) {
    assembler.cmp(left, right);
    assembler.b(A64Assembler.LT, label);
  }

  @Override
  void jumpIfBelow(int left, int value, Label label) {
    assembler.cmpImmediate(left, value);
    assembler.b(A64Assembler.LT, label);
  }

  @Override
  void countDown(int register, Label label) {
    assembler.subs(register, register, 1);
    assembler.b(A64Assembler.NE, label);
  }

  // ---- bytes

  @Override
  void loadVector(int vector, int base, int displacement) {
    assembler.memory(A64Memory.LDR_Q, vector, base, displacement);
  }

  /** Stores pieces of eight, four, two and one bytes where there are fewer than sixteen. */
  @Override
  void storeVector(int vector, int base, int displacement, int count) {
    if (count == vectorBytes()) {
      assembler.memory(A64Memory.STR_Q, vector, base, displacement);
      return;
    }
    int done = 0;
    for (Lanes lanes : new Lanes[] {Lanes.D2, Lanes.S4, Lanes.H8, Lanes.B16}) {
      int bytes = lanes.bits() / Byte.SIZE;
      if (count - done >= bytes) {
        assembler.addImmediate(ADDRESS, base, displacement + done);
        assembler.st1(lanes, vector, done / bytes, ADDRESS);
        done += bytes;
      }
    }
  }

  @Override
  void broadcastByte(int vector, int register) {
    assembler.dup(Lanes.B16, vector, register);
  }

  @Override
  void xor(int to, int from) {
    assembler.vector(A64Vector.EOR, Lanes.B16, to, to, from);
  }

  @Override
  void maxBytes(int to, int from) {
    assembler.vector(A64Vector.SMAX, Lanes.B16, to, to, from);
  }

  // ---- 32-bit lanes

  @Override
  void clear(int vector) {
    assembler.movi(vector, 0);
  }

  @Override
  void copy(int to, int from) {
    assembler.vector(A64Vector.ORR, Lanes.B16, to, from, from);
  }

  @Override
  void loadColumn(int vector, int base, int displacement) {
    int bytes = vector + 3;
    assembler.memory(A64Memory.LDR_Q, bytes, base, displacement);
    assembler.sxtl(Lanes.B8, vector, bytes);
    assembler.sxtl(Lanes.B16, vector + 2, bytes);
    assembler.sxtl(Lanes.H8, vector + 1, vector);
    assembler.sxtl(Lanes.H4, vector, vector);
    assembler.sxtl(Lanes.H8, vector + 3, vector + 2);
    assembler.sxtl(Lanes.H4, vector + 2, vector + 2);
  }

  @Override
  void storeColumn(int vector, int base, int displacement, int count) {
    narrow(vector);
    storeVector(vector, base, displacement, count);
  }

  @Override
  void storeTile(int pixels, int base, int displacement, int advance, ByteBounds bounds) {
    for (int p = 0; p < pixels; p++) {
      int column = p * COLUMN;
      narrow(column);
      if (bounds.hasLow()) {
        bound(A64Vector.SMAX, column, bounds.base(), Context.LOW_BYTES);
      }
      if (bounds.hasHigh()) {
        bound(A64Vector.SMIN, column, bounds.base(), Context.HIGH_BYTES);
      }
      storeVector(column, base, displacement + p * advance, vectorBytes());
    }
  }

  private void bound(A64Vector instruction, int vector, int base, int displacement) {
    loadVector(OWN, base, displacement);
    assembler.vector(instruction, Lanes.B16, vector, vector, OWN);
  }

  /** Narrows the integers of a column to bytes in its first vector. */
  private void narrow(int vector) {
    assembler.vector(A64Vector.SQXTN, Lanes.H4, vector, vector);
    assembler.vector(A64Vector.SQXTN, Lanes.H4, vector + 2, vector + 2);
    assembler.vector(A64Vector.SQXTN, Lanes.H8, vector, vector + 1);
    assembler.vector(A64Vector.SQXTN, Lanes.H8, vector + 2, vector + 3);
    assembler.vector(A64Vector.SQXTN, Lanes.B8, vector, vector);
    assembler.vector(A64Vector.SQXTN, Lanes.B16, vector, vector + 2);
  }

  @Override
  void addInts(int to, int from) {
    assembler.vector(A64Vector.ADD, Lanes.S4, to, to, from);
  }

  /** Loads two vectors of 16-bit lanes. */
  @Override
  void loadFactors(int vector, int base, int displacement) {
    loadVector(vector + 1, base, displacement);
    assembler.sxtl(Lanes.B8, vector, vector + 1);
    assembler.sxtl(Lanes.B16, vector + 1, vector + 1);
  }

  /** {@code smlal} can begin every cycle, {@code mla} of 32-bit lanes only every other one on Cortex-A57 to A76. */
  @Override
  void multiplyAdd(int to, int from, int base, int displacement) {
    for (int half = 0; half < 2; half++) {
      int factors = OWN - 1 + half;
      loadVector(factors, base, displacement + half * vectorBytes());
      assembler.vector(A64Vector.SMLAL, Lanes.H4, to + 2 * half, from + half, factors);
      assembler.vector(A64Vector.SMLAL, Lanes.H8, to + 2 * half + 1, from + half, factors);
    }
  }

  @Override
  int factorBytes() {
    return Short.BYTES;
  }

  @Override
  void toFloats(int vector) {
    assembler.vector(A64Vector.SCVTF, Lanes.S4, vector, vector);
  }

  @Override
  void toInts(int vector) {
    assembler.vector(A64Vector.FCVTNS, Lanes.S4, vector, vector);
  }

  @Override
  void broadcastFloat(int vector, int base, int displacement) {
    assembler.memory(A64Memory.LDR_S, vector, base, displacement);
    assembler.dup(Lanes.S4, vector, vector, 0);
  }

  @Override
  void addFloats(int to, int from) {
    floats(A64Vector.FADD, to, from);
  }

  @Override
  void multiplyFloats(int to, int from) {
    floats(A64Vector.FMUL, to, from);
  }

  @Override
  void minFloats(int to, int from) {
    floats(A64Vector.FMIN, to, from);
  }

  @Override
  void maxFloats(int to, int from) {
    floats(A64Vector.FMAX, to, from);
  }

  @Override
  void addFloats(int to, int base, int displacement) {
    floats(A64Vector.FADD, to, base, displacement);
  }

  @Override
  void multiplyFloats(int to, int base, int displacement) {
    floats(A64Vector.FMUL, to, base, displacement);
  }

  @Override
  void minFloats(int to, int base, int displacement) {
    floats(A64Vector.FMIN, to, base, displacement);
  }

  @Override
  void maxFloats(int to, int base, int displacement) {
    floats(A64Vector.FMAX, to, base, displacement);
  }

  private void floats(A64Vector instruction, int to, int from) {
    assembler.vector(instruction, Lanes.S4, to, to, from);
  }

  private void floats(A64Vector instruction, int to, int base, int displacement) {
    loadVector(OWN, base, displacement);
    floats(instruction, to, OWN);
  }
}
