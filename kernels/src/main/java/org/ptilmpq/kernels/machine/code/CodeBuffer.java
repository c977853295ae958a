package org.ptilmpq.kernels.machine.code;

import java.util.Arrays;

/**
 * Bytes of machine code that is being written, little-endian. This runs before anything is compiled, at an
 * interpreter's speed, so whole words are put where there are whole words.
 */
public final class CodeBuffer {

  private static final int FIRST_BYTES = 4096;
  private static final byte[] NONE = {};

  /** Empty at first: many emitters are only asked what their machine has. */
  private byte[] bytes = NONE;

  private int size;

  /** Offset of the next byte. */
  public int position() {
    return size;
  }

  /** Appends the low byte of a number. */
  public void putByte(int value) {
    if (size == bytes.length) {
      grow();
    }
    bytes[size++] = (byte) value;
  }

  /** Appends 32 bits, the low byte first. */
  public void putInt(int value) {
    int at = size;
    if (at + Integer.BYTES > bytes.length) {
      grow();
    }
    byte[] to = bytes;
    to[at] = (byte) value;
    to[at + 1] = (byte) (value >> 8);
    to[at + 2] = (byte) (value >> 16);
    to[at + 3] = (byte) (value >> 24);
    size = at + Integer.BYTES;
  }

  private void grow() {
    bytes = Arrays.copyOf(bytes, Math.max(FIRST_BYTES, 2 * bytes.length));
  }

  /** Appends the low three bytes, the lowest first. */
  public void putThree(int value) {
    putInt(value);
    size--;
  }

  /** Appends the low two bytes, the lower first. */
  public void putTwo(int value) {
    putInt(value);
    size -= 2;
  }

  /** Appends 64 bits, the low byte first. */
  public void putLong(long value) {
    putInt((int) value);
    putInt((int) (value >>> 32));
  }

  /** The 32 bits at an offset. */
  public int intAt(int offset) {
    return bytes[offset] & 0xFF
        | (bytes[offset + 1] & 0xFF) << 8
        | (bytes[offset + 2] & 0xFF) << 16
        | bytes[offset + 3] << 24;
  }

  /** Replaces the 32 bits at an offset. */
  public void setInt(int offset, int value) {
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes[offset + i] = (byte) (value >> 8 * i);
    }
  }

  /** The code so far, a copy. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }
}
