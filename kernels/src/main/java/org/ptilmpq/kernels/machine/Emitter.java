package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.machine.code.Label;

/**
 * The language that kernels are written in: the few things that every instruction set does, under neutral names. Each
 * method appends the instructions for it; nothing is computed here. Products of convolutions and the unpacking of
 * codes, where the instruction sets differ in more than names, are methods of their own.
 *
 * <p><b>General registers</b> are numbered from 0 to {@link #REGISTERS} − 1 and hold 64 bits; a function's arguments
 * are in the first six. All may be changed, in functions and in the {@linkplain #call subroutines} that they call.
 *
 * <p><b>Vector registers</b> hold {@link #lanes} lanes of 32 bits, and are numbered from 0 to {@link #vectors} − 1; any
 * others that the machine has are the emitter's own. A <i>column</i> is {@link #columnVectors} neighbouring vectors,
 * {@link #columnLanes} lanes: as many neighbouring channels of a pixel as one step works on. <i>Bytes</i> are signed,
 * in memory; a load of a column may read up to 64 bytes from its address on, however few it needs, and a store writes
 * exactly what it says.
 *
 * <p>Displacements may be any that fit 31 bits. Floats are rounded by each operation, half to even.
 */
abstract class Emitter {

  /** General registers. */
  static final int REGISTERS = 14;

  // ---- the machine

  /** Vector registers that kernels may use. */
  abstract int vectors();

  /** 32-bit lanes of a vector. */
  abstract int lanes();

  /** Vectors of a column. */
  abstract int columnVectors();

  /** Channels of a column. */
  final int columnLanes() {
    return lanes() * columnVectors();
  }

  /** Bytes of a vector. */
  final int vectorBytes() {
    return lanes() * Integer.BYTES;
  }

  /** The code so far. */
  abstract byte[] code();

  // ---- functions

  /** Begins a function: saves what the caller expects unchanged. */
  abstract void enter();

  /** Ends a function. */
  abstract void leave();

  /** Calls a {@linkplain #enterSubroutine subroutine} whose address is in a register. */
  abstract void call(int address);

  /** Begins a subroutine, which has no arguments but what its caller leaves in registers. */
  abstract void enterSubroutine();

  /** Ends a subroutine. */
  abstract void leaveSubroutine();

  // ---- general registers

  abstract void move(int to, int from);

  abstract void moveImmediate(int to, long value);

  /** Loads 64 bits from memory. */
  abstract void load(int to, int base, int displacement);

  /** Loads 32 bits from memory; the upper half becomes 0. */
  abstract void loadInt(int to, int base, int displacement);

  /** Loads a byte from memory; the rest becomes 0. */
  abstract void loadByte(int to, int base, int displacement);

  /** Stores 64 bits to memory. */
  abstract void store(int from, int base, int displacement);

  /** Stores the lower 32 bits to memory. */
  abstract void storeInt(int from, int base, int displacement);

  /** Stores the low byte to memory. */
  abstract void storeByte(int from, int base, int displacement);

  abstract void add(int to, int from);

  abstract void addImmediate(int to, int value);

  abstract void subtract(int to, int from);

  abstract void multiply(int to, int from);

  /** Multiplies a register by a number of up to 31 bits. */
  abstract void multiply(int to, int from, int value);

  abstract void shiftLeft(int register, int bits);

  /** Shifts right; zeros come in from above. */
  abstract void shiftRight(int register, int bits);

  // ---- jumps

  abstract void bind(Label label);

  abstract void jump(Label label);

  abstract void jumpIfZero(int register, Label label);

  /** Compares as signed numbers of 64 bits. */
  abstract void jumpIfLess(int left, int right, Label label);

  /** Compares with a number of up to 12 bits. */
  abstract void jumpIfBelow(int left, int value, Label label);

  /** Subtracts 1, and jumps unless the result is 0. */
  abstract void countDown(int register, Label label);

  // ---- bytes

  /** Loads a vector of bytes from memory, as they are. */
  abstract void loadVector(int vector, int base, int displacement);

  /** Stores the first {@code count} bytes of a vector to memory; 1 to {@link #vectorBytes}. */
  abstract void storeVector(int vector, int base, int displacement, int count);

  /** Sets all bytes of a vector to a general register's low byte; up to 128 bits of another vector may be lost. */
  abstract void broadcastByte(int vector, int register);

  /** Exclusive or, bit by bit. */
  abstract void xor(int to, int from);

  /** Takes the greater of signed bytes. */
  abstract void maxBytes(int to, int from);

  // ---- 32-bit lanes

  /** Loads a vector of 32-bit lanes from memory, as they are. */
  final void loadLanes(int vector, int base, int displacement) {
    loadVector(vector, base, displacement);
  }

  /** Stores a vector of lanes to memory. */
  final void storeLanes(int vector, int base, int displacement) {
    storeVector(vector, base, displacement, vectorBytes());
  }

  /** Sets all lanes to 0. */
  abstract void clear(int vector);

  abstract void copy(int to, int from);

  /** Loads a column of bytes from memory as integers: columnVectors() vectors from this one on. */
  abstract void loadColumn(int vector, int base, int displacement);

  /**
   * Stores the integers of a column as bytes, those out of range as the nearest byte; the integers may be lost.
   *
   * @param count bytes to write, 1 to {@link #columnLanes}
   */
  abstract void storeColumn(int vector, int base, int displacement, int count);

  /**
   * Stores the integers of a tile's columns as bytes within bounds, those out of range as the nearest byte; the
   * integers are lost, and the vectors after them may be.
   *
   * @param pixels whose columns are in the vectors from 0 on
   * @param displacement of the first one
   * @param advance bytes from a pixel to the next
   * @param bounds of the results
   */
  abstract void storeTile(int pixels, int base, int displacement, int advance, ByteBounds bounds);

  /**
   * Bounds of bytes, in memory.
   *
   * @param base a register with the {@link Context}'s address
   * @param hasLow whether there is one above −128
   * @param hasHigh whether there is one below 127
   */
  record ByteBounds(int base, boolean hasLow, boolean hasHigh) {}

  /** The order that {@link #storeTile} reads at {@link Context#ORDER}. */
  int[] tileOrder() {
    return new int[0];
  }

  /** Adds integers. */
  abstract void addInts(int to, int from);

  /**
   * Loads a column of bytes from memory in the form that {@link #multiplyAdd} takes: up to columnVectors() vectors from
   * this one on.
   */
  abstract void loadFactors(int vector, int base, int displacement);

  /**
   * Adds a column of products of integers: to += from · memory.
   *
   * @param to the first vector of a column of integers
   * @param from the first vector of {@link #loadFactors}
   * @param displacement of signed numbers of 16 bits, each in {@link #factorBytes} bytes, the rest of which are 0
   */
  abstract void multiplyAdd(int to, int from, int base, int displacement);

  /** Bytes in which a number of {@link #multiplyAdd} lies in memory. */
  abstract int factorBytes();

  /** Converts integers to floats, rounded. */
  abstract void toFloats(int vector);

  /**
   * Converts floats to integers, rounded half to even; numbers above 2³¹ − 1 aren't allowed, those below −2³¹ become
   * −2³¹.
   */
  abstract void toInts(int vector);

  /** Loads one float from memory into all lanes. */
  abstract void broadcastFloat(int vector, int base, int displacement);

  abstract void addFloats(int to, int from);

  abstract void multiplyFloats(int to, int from);

  /** Takes the smaller of two lanes. */
  abstract void minFloats(int to, int from);

  /** Takes the greater of two lanes. */
  abstract void maxFloats(int to, int from);

  /** Adds lanes of memory. */
  abstract void addFloats(int to, int base, int displacement);

  /** Multiplies by lanes of memory. */
  abstract void multiplyFloats(int to, int base, int displacement);

  /** Takes the smaller of a lane and memory's. */
  abstract void minFloats(int to, int base, int displacement);

  /** Takes the greater of a lane and memory's. */
  abstract void maxFloats(int to, int base, int displacement);
}
