package org.ptilmpq.format;

import java.util.Arrays;

/** Bytes one after the other, little-endian: a growing array without the locks of the standard one. */
final class ByteList {

  private byte[] bytes = new byte[1 << 8];
  private int size;

  int size() {
    return size;
  }

  void putInt(int value) {
    putBytes(value, Integer.BYTES);
  }

  /** Appends the lowest bytes of a number, the lowest first. */
  void putBytes(long value, int count) {
    if (size + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + count));
    }
    for (int i = 0; i < count; i++) {
      bytes[size++] = (byte) (value >>> 8 * i);
    }
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }
}
