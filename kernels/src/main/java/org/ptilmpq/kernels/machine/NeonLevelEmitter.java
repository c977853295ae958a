package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.machine.code.A64Assembler;
import org.ptilmpq.kernels.machine.code.A64Memory;
import org.ptilmpq.kernels.machine.code.A64Vector;
import org.ptilmpq.kernels.machine.code.A64Vector.Lanes;
import org.ptilmpq.kernels.machine.code.Label;

/** NEON, with a vector of eight lanes in two neighbouring registers; the last four are the emitter's own. */
final class NeonLevelEmitter implements LevelEmitter {

  private static final int OWN = 28;
  private static final int HALF_BYTES = 16;

  /** General registers that are neither the emitter's nor the system's. */
  private static final int T = 14;

  private static final int NEXT = 15;
  private static final int CARRY = 17;

  private final NeonEmitter general = new NeonEmitter();
  private final A64Assembler assembler = general.assembler;

  @Override
  public Emitter general() {
    return general;
  }

  private void each(A64Vector instruction, Lanes lanes, int to, int left, int right) {
    for (int half = 0; half < 2; half++) {
      assembler.vector(instruction, lanes, 2 * to + half, 2 * left + half, 2 * right + half);
    }
  }

  private void each(A64Vector instruction, Lanes lanes, int to, int from) {
    for (int half = 0; half < 2; half++) {
      assembler.vector(instruction, lanes, 2 * to + half, 2 * from + half);
    }
  }

  @Override
  public void load(int vector, int base, int displacement) {
    for (int half = 0; half < 2; half++) {
      general.loadVector(2 * vector + half, base, displacement + half * HALF_BYTES);
    }
  }

  @Override
  public void store(int vector, int base, int displacement) {
    for (int half = 0; half < 2; half++) {
      assembler.memory(A64Memory.STR_Q, 2 * vector + half, base, displacement + half * HALF_BYTES);
    }
  }

  @Override
  public void loadBytes(int vector, int base, int displacement) {
    int low = 2 * vector;
    assembler.memory(A64Memory.LDR_D, low, base, displacement);
    assembler.sxtl(Lanes.B8, low, low);
    assembler.sxtl(Lanes.H8, low + 1, low);
    assembler.sxtl(Lanes.H4, low, low);
  }

  @Override
  public void storeBytes(int vector, int base, int displacement) {
    int low = 2 * vector;
    assembler.vector(A64Vector.XTN, Lanes.H4, low, low);
    assembler.vector(A64Vector.XTN, Lanes.H8, low, low + 1);
    assembler.vector(A64Vector.XTN, Lanes.B8, low, low);
    assembler.memory(A64Memory.STR_D, low, base, displacement);
  }

  @Override
  public void broadcast(int vector, int base, int displacement) {
    assembler.memory(A64Memory.LDR_S, 2 * vector + 1, base, displacement);
    assembler.dup(Lanes.S4, 2 * vector, 2 * vector + 1, 0);
    assembler.dup(Lanes.S4, 2 * vector + 1, 2 * vector + 1, 0);
  }

  @Override
  public void clear(int vector) {
    assembler.movi(2 * vector, 0);
    assembler.movi(2 * vector + 1, 0);
  }

  @Override
  public void add(int to, int left, int right) {
    each(A64Vector.ADD, Lanes.S4, to, left, right);
  }

  @Override
  public void subtract(int to, int left, int right) {
    each(A64Vector.SUB, Lanes.S4, to, left, right);
  }

  @Override
  public void multiply(int to, int left, int right) {
    each(A64Vector.MUL, Lanes.S4, to, left, right);
  }

  @Override
  public void xor(int to, int left, int right) {
    each(A64Vector.EOR, Lanes.B16, to, left, right);
  }

  @Override
  public void or(int to, int left, int right) {
    each(A64Vector.ORR, Lanes.B16, to, left, right);
  }

  @Override
  public void min(int to, int left, int right) {
    each(A64Vector.SMIN, Lanes.S4, to, left, right);
  }

  @Override
  public void max(int to, int left, int right) {
    each(A64Vector.SMAX, Lanes.S4, to, left, right);
  }

  @Override
  public void equal(int to, int left, int right) {
    each(A64Vector.CMEQ, Lanes.S4, to, left, right);
  }

  @Override
  public void abs(int to, int from) {
    each(A64Vector.ABS, Lanes.S4, to, from);
  }

  @Override
  public void shiftLeft(int to, int from, int bits) {
    for (int half = 0; half < 2; half++) {
      assembler.shl(Lanes.S4, 2 * to + half, 2 * from + half, bits);
    }
  }

  @Override
  public void shiftRight(int to, int from, int bits) {
    for (int half = 0; half < 2; half++) {
      assembler.sshr(Lanes.S4, 2 * to + half, 2 * from + half, bits);
    }
  }

  /** Negates the number, since NEON only has a shift to the left by signed numbers. */
  @Override
  public void shiftRightBy(int to, int from, int bits) {
    assembler.vector(A64Vector.NEG, Lanes.S4, OWN, 2 * bits);
    for (int half = 0; half < 2; half++) {
      assembler.vector(A64Vector.SSHL, Lanes.S4, 2 * to + half, 2 * from + half, OWN);
    }
  }

  @Override
  public void toFloats(int to, int from) {
    each(A64Vector.SCVTF, Lanes.S4, to, from);
  }

  @Override
  public void sum(int register, int vector) {
    int low = 2 * vector;
    assembler.vector(A64Vector.ADD, Lanes.S4, low, low, low + 1);
    assembler.vector(A64Vector.ADDP, Lanes.S4, low, low, low);
    assembler.vector(A64Vector.ADDP, Lanes.S4, low, low, low);
    assembler.umov(Lanes.S4, register, low, 0);
  }

  @Override
  public void jumpIfAny(int vector, Label label) {
    int low = 2 * vector;
    assembler.vector(A64Vector.ORR, Lanes.B16, low, low, low + 1);
    assembler.vector(A64Vector.UMAXV, Lanes.S4, low, low);
    assembler.umov(Lanes.S4, T, low, 0);
    assembler.cbnz(T, label);
  }

  @Override
  public void decode(int state, int words, int row, int displacement) {
    assembler.memory(A64Memory.LDR_W, 1, row, LevelFrame.CONTEXTS + displacement);
    assembler.add(1, LevelFrame.REGISTER, 1);
    assembler.memory(A64Memory.LDR_X, 1, 1, LevelFrame.TABLES);
    assembler.ubfx(T, state, 0, SLOT_BITS);
    assembler.ldrIndexed4(1, 1, T);
    assembler.memory(A64Memory.LDRH, NEXT, words, 0);
    assembler.sbfx(2, 1, 0, Byte.SIZE);
    assembler.memory(A64Memory.STR_W, 2, row, LevelFrame.SYMBOLS + displacement);
    assembler.lsr(state, state, SLOT_BITS);
    assembler.lsr(2, 1, Integer.SIZE - SLOT_BITS);
    assembler.addImmediate(2, 2, 1);
    assembler.ubfx(1, 1, Byte.SIZE, SLOT_BITS);
    assembler.madd(state, state, 2, 1);
    assembler.lsl(T, state, WORD_BITS);
    assembler.add(T, T, NEXT);
    assembler.addImmediate(CARRY, words, Short.BYTES);
    assembler.lsr(2, state, WORD_BITS);
    assembler.cmpImmediate(2, 0);
    assembler.csel(A64Assembler.EQ, state, T, state);
    assembler.csel(A64Assembler.EQ, words, CARRY, words);
  }

  /** Each byte with the bit becomes its power of two in its word; neighbours are added until a word is left. */
  @Override
  public void packPlanes(int base, int displacement, int planes, int wordBytes, int count) {
    Label done = new Label();
    int bits = OWN;
    int bit = OWN + 1;
    general.loadVector(bits, LevelFrame.REGISTER, LevelFrame.BITS);
    for (int i = 0; i < 4; i++) {
      general.loadVector(i, base, displacement + i * HALF_BYTES);
    }
    for (int plane = 0; plane < Byte.SIZE; plane++) {
      assembler.movi(bit, 1 << plane);
      for (int i = 0; i < 4; i++) {
        assembler.vector(A64Vector.CMTST, Lanes.B16, 4 + i, i, bit);
        assembler.vector(A64Vector.AND, Lanes.B16, 4 + i, 4 + i, bits);
      }
      assembler.vector(A64Vector.ADDP, Lanes.B16, 4, 4, 5);
      assembler.vector(A64Vector.ADDP, Lanes.B16, 6, 6, 7);
      assembler.vector(A64Vector.ADDP, Lanes.B16, 4, 4, 6);
      assembler.vector(A64Vector.ADDP, Lanes.B16, 4, 4, 4);
      assembler.memory(A64Memory.STR_D, 4, planes, 0);
      assembler.add(planes, planes, wordBytes);
      assembler.subs(count, count, 1);
      assembler.b(A64Assembler.EQ, done);
    }
    general.bind(done);
  }

  @Override
  public void clearCounters(int frame) {
    clear(8);
    clear(9);
    general.loadVector(OWN, frame, PlaneCountCode.BITS);
    for (int quarter = 0; quarter < 4; quarter++) {
      general.loadVector(20 + quarter, frame, PlaneCountCode.BYTES_OF_BITS + quarter * HALF_BYTES);
    }
  }

  /** Repeats each byte of the word eight times; each copy keeps one bit. */
  @Override
  public void countBits(int base) {
    assembler.memory(A64Memory.LDR_D, 0, base, 0);
    for (int quarter = 0; quarter < 4; quarter++) {
      assembler.vector(A64Vector.TBL, Lanes.B16, 1, 0, 20 + quarter);
      assembler.vector(A64Vector.CMTST, Lanes.B16, 1, 1, OWN);
      assembler.vector(A64Vector.SUB, Lanes.B16, 16 + quarter, 16 + quarter, 1);
    }
  }

  @Override
  public void storeCounters(int base, int displacement) {
    store(8, base, displacement);
    store(9, base, displacement + 2 * HALF_BYTES);
  }
}
