package org.ptilmpq.cli.run.stream;

import java.util.Arrays;

/** One encoded picture of a stream, in a buffer that is reused and grows to the longest picture. */
final class Frame {

  private byte[] bytes = {};
  private int length;
  private long number;
  private long dropped;

  /**
   * Copies a picture in.
   *
   * @param number of the frame, from 1
   * @param dropped wanted frames before this one that nobody has taken
   */
  void set(byte[] buffer, int offset, int length, long number, long dropped) {
    if (bytes.length < length) {
      bytes = Arrays.copyOf(bytes, Math.max(length, (int) Math.min(2L * bytes.length, buffer.length)));
    }
    System.arraycopy(buffer, offset, bytes, 0, length);
    this.length = length;
    this.number = number;
    this.dropped = dropped;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  long number() {
    return number;
  }

  long dropped() {
    return dropped;
  }
}
