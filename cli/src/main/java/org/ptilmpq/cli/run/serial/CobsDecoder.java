package org.ptilmpq.cli.run.serial;

/**
 * Decodes consistent overhead byte stuffing byte by byte (Cheshire and Baker, 1999). A code byte of n precedes n − 1
 * bytes that are not zero, and stands for the zero after them unless it is 255 or the frame ends there; so no zero is
 * in a frame, and a zero ends one wherever the reader came in.
 */
final class CobsDecoder {

  /** Accepted, but there is no decoded byte yet. */
  static final int NOTHING = -1;

  /** A zero where the code promised more bytes: the frame was cut or damaged. */
  static final int CUT = -2;

  /** A zero where a frame may end. */
  static final int END = -3;

  private static final int FULL_BLOCK = 255;

  private int blockLeft;
  private boolean zeroAfterBlock;

  /** Takes the next byte and returns the decoded byte, 0 to 255, or one of the constants. */
  int accept(byte encoded) {
    int value = encoded & 0xFF;
    if (value == 0) {
      boolean cut = blockLeft > 0;
      restart();
      return cut ? CUT : END;
    }
    if (blockLeft > 0) {
      blockLeft--;
      return value;
    }
    boolean zero = zeroAfterBlock;
    blockLeft = value - 1;
    zeroAfterBlock = value != FULL_BLOCK;
    return zero ? 0 : NOTHING;
  }

  /** Forgets a frame that was begun. */
  void restart() {
    blockLeft = 0;
    zeroAfterBlock = false;
  }
}
