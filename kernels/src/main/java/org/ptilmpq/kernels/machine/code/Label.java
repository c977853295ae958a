package org.ptilmpq.kernels.machine.code;

import java.util.Arrays;

/** A place in the code that jumps go to; it may be bound before or after them. */
public final class Label {

  private int position = -1;
  private int[] waiting = new int[4];
  private int count;

  /** Whether its place is known. */
  boolean isBound() {
    return position >= 0;
  }

  /** Its offset in the code. */
  int position() {
    return position;
  }

  /** Remembers a jump whose distance can't be known yet. */
  void await(int jump) {
    if (count == waiting.length) {
      waiting = Arrays.copyOf(waiting, 2 * count);
    }
    waiting[count++] = jump;
  }

  /**
   * Sets the place.
   *
   * @return the offsets of the jumps that waited for it
   */
  int[] bind(int at) {
    if (isBound()) {
      throw new IllegalStateException("a label has one place");
    }
    position = at;
    return Arrays.copyOf(waiting, count);
  }
}
