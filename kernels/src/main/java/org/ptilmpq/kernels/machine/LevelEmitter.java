package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.machine.code.Label;

/**
 * The instructions for decoding levels beyond an {@link Emitter}'s methods: integers in eight lanes of 32 bits,
 * whatever vectors the machine has, one step of a rANS state, and bit planes. Each method appends instructions. Vectors
 * of eight lanes are numbered from 0 to {@link #VECTORS} − 1.
 */
interface LevelEmitter {

  /** Lanes of a vector. */
  int LANES = 8;

  int VECTORS = 14;

  /** A state takes a word when it has fallen below 1 &lt;&lt; this. */
  int WORD_BITS = 16;

  /** Slots of a table: 1 &lt;&lt; this. */
  int SLOT_BITS = 12;

  int SLOT_MASK = (1 << SLOT_BITS) - 1;

  /** Functions, general registers and jumps. */
  Emitter general();

  /** Loads eight numbers from memory. */
  void load(int vector, int base, int displacement);

  void store(int vector, int base, int displacement);

  /** Loads eight bytes from memory, with their signs. */
  void loadBytes(int vector, int base, int displacement);

  /** Stores the low byte of each lane to memory. The vector is lost. */
  void storeBytes(int vector, int base, int displacement);

  /** Loads a number from memory into all lanes. */
  void broadcast(int vector, int base, int displacement);

  void clear(int vector);

  void add(int to, int left, int right);

  void subtract(int to, int left, int right);

  void multiply(int to, int left, int right);

  void xor(int to, int left, int right);

  void or(int to, int left, int right);

  void min(int to, int left, int right);

  void max(int to, int left, int right);

  /** Sets all bits in lanes that are equal, else none. */
  void equal(int to, int left, int right);

  void abs(int to, int from);

  void shiftLeft(int to, int from, int bits);

  /** Shifts right; copies of the sign come in from above. */
  void shiftRight(int to, int from, int bits);

  /** Shifts right, with copies of the sign, by a number that is in all lanes of a vector. */
  void shiftRightBy(int to, int from, int bits);

  /** Converts integers of less than 24 bits to the bits of floats. */
  void toFloats(int to, int from);

  /** Adds up all lanes, none of which is negative, in a general register. The vector is lost. */
  void sum(int register, int vector);

  /** Jumps when any bit of a vector is set. The vector is lost. */
  void jumpIfAny(int vector, Label label);

  /**
   * Decodes the next level of a state: its context in {@link LevelFrame#CONTEXTS}, as an offset in {@link
   * LevelFrame#TABLES}, its symbol to {@link LevelFrame#SYMBOLS}. Takes a word from the stream when the state has
   * fallen below 2^16. Changes registers 1 and 2.
   *
   * @param state a register
   * @param words a register with the address of the next word
   * @param row a register; the numbers are {@code displacement} bytes from where it would have the first ones
   */
  void decode(int state, int words, int row, int displacement);

  /**
   * Packs 64 bytes into words of up to eight planes: bit j of plane p is bit p of byte j. Changes registers 1 and 2,
   * vectors, and {@code count} and {@code planes} as described.
   *
   * @param base and displacement of the bytes
   * @param planes a register with the address of the first plane, and afterwards with that after the last one; eight
   *     bytes are written to each, whatever the size of a word
   * @param wordBytes a register with the bytes from a plane to the next
   * @param count a register with the number of planes, at least 1; afterwards 0
   */
  void packPlanes(int base, int displacement, int planes, int wordBytes, int count);

  // ---- counters of bits, in vectors from 8 on

  /** Sets 64 counters to 0, and loads what {@link #countBits} needs from the frame of {@link PlaneCountCode}. */
  void clearCounters(int frame);

  /** Adds bit j of the word at an address to counter j, which goes up to 127. Changes vectors below 8. */
  void countBits(int base);

  /** Stores the counters to memory, one byte each. */
  void storeCounters(int base, int displacement);
}
