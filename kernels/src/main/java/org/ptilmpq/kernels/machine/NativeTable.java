package org.ptilmpq.kernels.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Records that are being built for machine code to read. They are put together in an array, and copied to native memory
 * at once: writing each number there by itself takes an interpreter a microsecond.
 */
final class NativeTable {

  private int[] words = {};
  private int size;

  /** Reserves {@code bytes} more bytes, all 0, at a multiple of 64; returns where. */
  int reserve(long bytes) {
    int at = size;
    size = Math.toIntExact((size + bytes + 63) / 64 * 64);
    return at;
  }

  /** Bytes so far, a multiple of 64. */
  int size() {
    return size;
  }

  void putInt(int at, int value) {
    if (at >= Integer.BYTES * words.length) {
      grow();
    }
    words[at / Integer.BYTES] = value;
  }

  /** Grows to all that is reserved: mostly nothing more is reserved once the first number is put. */
  private void grow() {
    words = Arrays.copyOf(words, size / Integer.BYTES);
  }

  void putFloat(int at, float value) {
    putInt(at, Float.floatToRawIntBits(value));
  }

  void putLong(int at, long value) {
    putInt(at, (int) value);
    putInt(at + Integer.BYTES, (int) (value >>> 32));
  }

  void putByte(int at, int value) {
    if (at >= Integer.BYTES * words.length) {
      grow();
    }
    int shift = at % Integer.BYTES * Byte.SIZE;
    words[at / Integer.BYTES] = words[at / Integer.BYTES] & ~(0xFF << shift) | (value & 0xFF) << shift;
  }

  void putShort(int at, int value) {
    putByte(at, value);
    putByte(at + 1, value >> 8);
  }

  void putBytes(int at, byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      putByte(at + i, bytes[i]);
    }
  }

  /** Allocates native memory for everything so far, with the slack after it that code may read. */
  MemorySegment allocate(Arena arena) {
    return arena.allocate(size + (long) Frame.SLACK, 64);
  }

  /** Copies everything to what {@link #allocate} returned, and returns that. */
  MemorySegment copyTo(MemorySegment target) {
    MemorySegment.copy(words, 0, target, ValueLayout.JAVA_INT, 0, words.length);
    return target;
  }
}
