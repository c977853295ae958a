package org.ptilmpq.format.entropy;

import java.io.ByteArrayOutputStream;

/** Arithmetic coding without carries: an interval of 32-bit numbers shrinks; settled leading bytes are written. */
public final class ArithmeticEncoder extends BinaryCoder {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private long low;
  private long high = 0xFFFF_FFFFL;

  @Override
  public boolean isEncoding() {
    return true;
  }

  @Override
  public int code(int probability, int bit) {
    long middle = low + ((high - low) * probability >>> SCALE);
    if (bit != 0) {
      high = middle;
    } else {
      low = middle + 1;
    }
    while ((low ^ high) >>> 24 == 0) {
      out.write((int) (high >>> 24));
      low = low << 8 & 0xFFFF_FFFFL;
      high = high << 8 & 0xFFFF_FFFFL | 0xFF;
    }
    return bit;
  }

  /** Returns what has been coded, ended by as few bytes as identify the last interval: zeros are assumed to follow. */
  public byte[] finish() {
    int bytes = lastBytes(low, high);
    long value = lastValue(low, bytes);
    for (int i = 0; i < bytes; i++) {
      out.write((int) (value >>> 24 - 8 * i));
    }
    return out.toByteArray();
  }

  /** How many bytes it takes to name a number of the interval, if the rest of it are zeros. */
  static int lastBytes(long low, long high) {
    int bytes = 0;
    while (lastValue(low, bytes) > high) {
      bytes++;
    }
    return bytes;
  }

  /** The smallest number from {@code low} on of which at most this many bytes aren't zero. */
  static long lastValue(long low, int bytes) {
    long rest = (1L << 32 - 8 * bytes) - 1;
    return low + rest & ~rest;
  }
}
