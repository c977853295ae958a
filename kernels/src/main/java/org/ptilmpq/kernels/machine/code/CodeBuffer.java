package org.ptilmpq.kernels.machine.code;

import java.util.Arrays;

/** Bytes of machine code in the making, little-endian, and what has to be filled in once the place of a label is known. */
public final class CodeBuffer {

  private byte[] bytes = new byte[4096];
  private int size;

  /** Offset of the next byte. */
  public int position() {
    return size;
  }

  /** Appends the low byte of a number. */
  public void putByte(int value) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    bytes[size++] = (byte) value;
  }

  /** Appends 32 bits, the low byte first. */
  public void putInt(int value) {
    putByte(value);
    putByte(value >> 8);
    putByte(value >> 16);
    putByte(value >> 24);
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
