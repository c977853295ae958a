package org.ptilmpq.format.entropy;

/**
 * Decodes what {@link ArithmeticEncoder} writes. After the end of its input it reads zeros, so that damaged input gives
 * as many wrong bits as are requested, and no exception; {@link #isFinished} tells at the end.
 */
public final class ArithmeticDecoder extends BinaryCoder {

  /** Bytes after the end that are counted: more than a finished decoder can have read. */
  private static final int BEHIND = 8;

  private final byte[] in;
  private int position;
  private long low;
  private long high = 0xFFFF_FFFFL;
  private long value;

  public ArithmeticDecoder(byte[] in) {
    this.in = in;
    for (int i = 0; i < Integer.BYTES; i++) {
      value = value << 8 | next();
    }
  }

  @Override
  public boolean isEncoding() {
    return false;
  }

  /** Decodes the same as bit by bit, with the state in locals: these are most of a file's decisions. */
  @Override
  public int bits(int unused, int count) {
    long from = low;
    long to = high;
    long number = value;
    int decoded = 0;
    for (int i = 0; i < count; i++) {
      long middle = from + (to - from >>> 1);
      int bit = number <= middle ? 1 : 0;
      if (bit != 0) {
        to = middle;
      } else {
        from = middle + 1;
      }
      decoded = decoded << 1 | bit;
      while ((from ^ to) >>> 24 == 0) {
        from = from << 8 & 0xFFFF_FFFFL;
        to = to << 8 & 0xFFFF_FFFFL | 0xFF;
        number = number << 8 & 0xFFFF_FFFFL | next();
      }
    }
    low = from;
    high = to;
    value = number;
    return decoded;
  }

  @Override
  public int code(int probability, int bit) {
    long middle = low + ((high - low) * probability >>> SCALE);
    int decoded;
    if (value <= middle) {
      high = middle;
      decoded = 1;
    } else {
      low = middle + 1;
      decoded = 0;
    }
    while ((low ^ high) >>> 24 == 0) {
      low = low << 8 & 0xFFFF_FFFFL;
      high = high << 8 & 0xFFFF_FFFFL | 0xFF;
      value = value << 8 & 0xFFFF_FFFFL | next();
    }
    return decoded;
  }

  private int next() {
    int at = position;
    // A decoder that runs on and on past the end must not come back to the beginning.
    position = Math.min(at + 1, in.length + BEHIND);
    return at < in.length ? in[at] & 0xFF : 0;
  }

  /** Bytes of the input used so far, give or take a few. */
  public int consumedBytes() {
    return position - Integer.BYTES;
  }

  /** Whether the input ends exactly where an encoder of the same bits would have ended it. */
  public boolean isFinished() {
    int bytes = ArithmeticEncoder.lastBytes(low, high);
    return position - Integer.BYTES + bytes == in.length && value == ArithmeticEncoder.lastValue(low, bytes);
  }
}
