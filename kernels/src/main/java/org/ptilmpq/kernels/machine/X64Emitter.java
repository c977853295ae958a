package org.ptilmpq.kernels.machine;

import static org.ptilmpq.kernels.machine.code.X64Assembler.R15;
import static org.ptilmpq.kernels.machine.code.X64Assembler.RAX;
import static org.ptilmpq.kernels.machine.code.X64Assembler.RBP;
import static org.ptilmpq.kernels.machine.code.X64Assembler.RBX;
import static org.ptilmpq.kernels.machine.code.X64Assembler.RCX;
import static org.ptilmpq.kernels.machine.code.X64Assembler.RDI;
import static org.ptilmpq.kernels.machine.code.X64Assembler.RDX;
import static org.ptilmpq.kernels.machine.code.X64Assembler.RSI;

import org.ptilmpq.kernels.machine.code.Label;
import org.ptilmpq.kernels.machine.code.X64Assembler;
import org.ptilmpq.kernels.machine.code.X64Vector;

/**
 * The common part of AVX-512 and AVX2: general registers, jumps, and vector instructions that differ in their length
 * alone. Functions follow the System V calling convention. The register r15 is the emitter's own.
 */
abstract class X64Emitter extends Emitter {

  /** Where the general registers are: the arguments first. */
  private static final int[] PLACES = {RDI, RSI, RDX, RCX, 8, 9, RAX, 10, 11, RBX, RBP, 12, 13, 14};

  private static final int[] SAVED = {RBX, RBP, 12, 13, 14, R15};

  final X64Assembler assembler = new X64Assembler();

  /** The length of a vector, in bits. */
  final int length;

  private final int columnVectors;

  X64Emitter(int length, int columnVectors) {
    this.length = length;
    this.columnVectors = columnVectors;
  }

  /** The machine's number of a general register. */
  static int machine(int register) {
    return PLACES[register];
  }

  @Override
  final int lanes() {
    return length / Integer.SIZE;
  }

  @Override
  final int columnVectors() {
    return columnVectors;
  }

  @Override
  final byte[] code() {
    return assembler.code().toBytes();
  }

  // ---- functions

  @Override
  final void enter() {
    for (int register : SAVED) {
      assembler.push(register);
    }
  }

  @Override
  final void leave() {
    assembler.vzeroupper();
    for (int i = SAVED.length - 1; i >= 0; i--) {
      assembler.pop(SAVED[i]);
    }
    assembler.ret();
  }

  @Override
  final void call(int address) {
    assembler.call(machine(address));
  }

  @Override
  final void enterSubroutine() {}

  @Override
  final void leaveSubroutine() {
    assembler.ret();
  }

  // ---- general registers

  @Override
  final void move(int to, int from) {
    assembler.mov(machine(to), machine(from));
  }

  @Override
  final void moveImmediate(int to, long value) {
    assembler.mov(machine(to), value);
  }

  @Override
  final void load(int to, int base, int displacement) {
    assembler.movLoad(machine(to), machine(base), displacement);
  }

  @Override
  final void loadInt(int to, int base, int displacement) {
    assembler.movLoad32(machine(to), machine(base), displacement);
  }

  @Override
  final void loadByte(int to, int base, int displacement) {
    assembler.movzxLoad8(machine(to), machine(base), displacement);
  }

  @Override
  final void store(int from, int base, int displacement) {
    assembler.movStore(machine(from), machine(base), displacement);
  }

  @Override
  final void storeInt(int from, int base, int displacement) {
    assembler.movStore32(machine(from), machine(base), displacement);
  }

  @Override
  final void storeByte(int from, int base, int displacement) {
    assembler.movStore8(machine(from), machine(base), displacement);
  }

  @Override
  final void add(int to, int from) {
    assembler.add(machine(to), machine(from));
  }

  @Override
  final void addImmediate(int to, int value) {
    if (value != 0) {
      assembler.add(machine(to), (long) value);
    }
  }

  @Override
  final void subtract(int to, int from) {
    assembler.sub(machine(to), machine(from));
  }

  @Override
  final void multiply(int to, int from) {
    assembler.imul(machine(to), machine(from));
  }

  @Override
  final void multiply(int to, int from, int value) {
    assembler.imul(machine(to), machine(from), value);
  }

  @Override
  final void shiftLeft(int register, int bits) {
    assembler.shl(machine(register), bits);
  }

  @Override
  final void shiftRight(int register, int bits) {
    assembler.shr(machine(register), bits);
  }

  // ---- jumps

  @Override
  final void bind(Label label) {
    assembler.bind(label);
  }

  @Override
  final void jump(Label label) {
    assembler.jmp(label);
  }

  @Override
  final void jumpIfZero(int register, Label label) {
    assembler.test(machine(register), machine(register));
    assembler.jcc(X64Assembler.EQUAL, label);
  }

  @Override
  final void jumpIfLess(int left, int right, Label label) {
    assembler.cmp(machine(left), machine(right));
    assembler.jcc(X64Assembler.LESS, label);
  }

  @Override
  final void jumpIfBelow(int left, int value, Label label) {
    assembler.cmp(machine(left), (long) value);
    assembler.jcc(X64Assembler.LESS, label);
  }

  @Override
  final void countDown(int register, Label label) {
    assembler.dec(machine(register));
    assembler.jcc(X64Assembler.NOT_EQUAL, label);
  }

  // ---- bytes

  @Override
  final void loadVector(int vector, int base, int displacement) {
    memory(X64Vector.VMOVDQU_LOAD, vector, 0, base, displacement);
  }

  @Override
  final void broadcastByte(int vector, int register) {
    assembler.vector(X64Vector.VMOVD_TO_VECTOR, 128, vector, 0, machine(register));
    assembler.vector(X64Vector.VPBROADCASTB, length, vector, 0, vector);
  }

  @Override
  final void xor(int to, int from) {
    registers(X64Vector.VPXOR, to, to, from);
  }

  @Override
  final void maxBytes(int to, int from) {
    registers(X64Vector.VPMAXSB, to, to, from);
  }

  // ---- 32-bit lanes

  @Override
  final void clear(int vector) {
    registers(X64Vector.VPXOR, vector, vector, vector);
  }

  @Override
  final void copy(int to, int from) {
    registers(X64Vector.VMOVDQU_LOAD, to, 0, from);
  }

  @Override
  final void loadColumn(int vector, int base, int displacement) {
    for (int v = 0; v < columnVectors; v++) {
      memory(X64Vector.VPMOVSXBD, vector + v, 0, base, displacement + v * lanes());
    }
  }

  /**
   * Four vectors at a time: packed twice, each lane of 128 bits has four channels of each; one permutation puts the
   * channels of a vector together.
   */
  @Override
  final void storeTile(int pixels, int base, int displacement, int advance, ByteBounds bounds) {
    int vectors = pixels * columnVectors;
    int order = Math.max(vectors, vectors() - 1);
    memory(X64Vector.VMOVDQU_LOAD, order, 0, bounds.base(), Context.ORDER);
    int v = 0;
    for (; v + 4 <= vectors; v += 4) {
      registers(X64Vector.VPACKSSDW, v + 2, v + 2, v + 3);
      narrow(v, v + 1, v + 2, order, bounds);
      storePixels(v, base, displacement + v / columnVectors * advance, advance);
    }
    for (; v < vectors; v += columnVectors) {
      narrow(v, v + columnVectors - 1, v, order, bounds);
      storeVector(v, base, displacement + v / columnVectors * advance, columnLanes());
    }
  }

  /** @param packed the third and fourth vector, packed once */
  private void narrow(int first, int second, int packed, int order, ByteBounds bounds) {
    registers(X64Vector.VPACKSSDW, first, first, second);
    registers(X64Vector.VPACKSSWB, first, first, packed);
    bound(first, length, bounds);
    registers(X64Vector.VPERMD, first, order, first);
  }

  private void bound(int vector, int length, ByteBounds bounds) {
    int base = machine(bounds.base());
    if (bounds.hasLow()) {
      assembler.vectorMemory(X64Vector.VPMAXSB, length, vector, vector, base, Context.LOW_BYTES);
    }
    if (bounds.hasHigh()) {
      assembler.vectorMemory(X64Vector.VPMINSB, length, vector, vector, base, Context.HIGH_BYTES);
    }
  }

  /** Stores the bytes of four vectors, one after the other, to as many pixels as they belong to. */
  abstract void storePixels(int vector, int base, int displacement, int advance);

  /** Lane l of the result is four channels of pixel l / 4 (with eight lanes l / 2). */
  @Override
  final int[] tileOrder() {
    int perPixel = lanes() / 4;
    int[] order = new int[lanes()];
    for (int lane = 0; lane < order.length; lane++) {
      order[lane] = lane % perPixel * 4 + lane / perPixel;
    }
    return order;
  }

  @Override
  final void addInts(int to, int from) {
    registers(X64Vector.VPADDD, to, to, from);
  }

  @Override
  final void loadFactors(int vector, int base, int displacement) {
    loadColumn(vector, base, displacement);
  }

  @Override
  final void multiplyAdd(int to, int from, int base, int displacement) {
    for (int v = 0; v < columnVectors(); v++) {
      multiplyAddVector(to + v, from + v, base, displacement + v * vectorBytes());
    }
  }

  /** Adds products of integers, as {@link #multiplyAdd} does, for one vector. */
  abstract void multiplyAddVector(int to, int from, int base, int displacement);

  /** Products of pairs of words are added up: the upper word in memory is 0, so that the sign's word doesn't count. */
  @Override
  final int factorBytes() {
    return Integer.BYTES;
  }

  @Override
  final void toFloats(int vector) {
    registers(X64Vector.VCVTDQ2PS, vector, 0, vector);
  }

  @Override
  final void toInts(int vector) {
    registers(X64Vector.VCVTPS2DQ, vector, 0, vector);
  }

  @Override
  final void broadcastFloat(int vector, int base, int displacement) {
    memory(X64Vector.VBROADCASTSS, vector, 0, base, displacement);
  }

  @Override
  final void addFloats(int to, int from) {
    registers(X64Vector.VADDPS, to, to, from);
  }

  @Override
  final void multiplyFloats(int to, int from) {
    registers(X64Vector.VMULPS, to, to, from);
  }

  @Override
  final void minFloats(int to, int from) {
    registers(X64Vector.VMINPS, to, to, from);
  }

  @Override
  final void maxFloats(int to, int from) {
    registers(X64Vector.VMAXPS, to, to, from);
  }

  @Override
  final void addFloats(int to, int base, int displacement) {
    memory(X64Vector.VADDPS, to, to, base, displacement);
  }

  @Override
  final void multiplyFloats(int to, int base, int displacement) {
    memory(X64Vector.VMULPS, to, to, base, displacement);
  }

  @Override
  final void minFloats(int to, int base, int displacement) {
    memory(X64Vector.VMINPS, to, to, base, displacement);
  }

  @Override
  final void maxFloats(int to, int base, int displacement) {
    memory(X64Vector.VMAXPS, to, to, base, displacement);
  }

  /** An instruction of whole vectors. */
  final void registers(X64Vector instruction, int first, int second, int third) {
    assembler.vector(instruction, length, first, second, third);
  }

  /** An instruction of whole vectors with memory as its last operand. */
  final void memory(X64Vector instruction, int first, int second, int base, int displacement) {
    assembler.vectorMemory(instruction, length, first, second, machine(base), displacement);
  }
}
