package org.ptilmpq.cli.run.serial;

/**
 * Puts one picture together from its parts, which come in order, any of them more than once. A part at offset 0 begins
 * anew, so that a device that was reset in the middle never has its new picture mixed with the old one.
 */
final class PictureAssembly {

  /** The result of accepting a part. */
  enum Outcome {
    /** Taken, or not needed: {@link #wanted} says which byte has to come next. */
    GO_ON,
    /** The picture is whole now. */
    COMPLETE,
    /** The part that made the picture whole came once more: its sender has not received the result. */
    COMPLETED_BEFORE,
    /** Offset, length and total contradict each other. */
    MALFORMED,
    /** The picture has more bytes than are kept. */
    TOO_LONG
  }

  private final byte[] picture;
  private boolean active;
  private int sequence;
  private int total;
  private int received;
  private int completingChecksum;

  /**
   * @param longest picture in bytes that is taken
   */
  PictureAssembly(int longest) {
    picture = new byte[longest];
  }

  /**
   * Takes a part.
   *
   * @param sequence the picture's number, the same in all its parts
   * @param total the picture's bytes
   * @param offset of this part's first byte in the picture
   * @param buffer where the part's bytes lie, from {@code from} on, {@code length} of them
   * @param checksum tells the part from others
   */
  Outcome accept(int sequence, long total, long offset, byte[] buffer, int from, int length, int checksum) {
    if (length < 1 || offset + length > total) {
      return Outcome.MALFORMED;
    }
    if (total > picture.length) {
      return Outcome.TOO_LONG;
    }
    if (offset == 0) {
      active = true;
      this.sequence = sequence;
      this.total = (int) total;
      received = 0;
    } else if (!active || this.sequence != sequence || this.total != total) {
      // Not the picture that is here: its sender has to begin at 0.
      forget();
      return Outcome.GO_ON;
    } else if (isComplete()) {
      if (checksum == completingChecksum) {
        return Outcome.COMPLETED_BEFORE;
      }
      forget();
      return Outcome.GO_ON;
    }
    if (offset == received) {
      System.arraycopy(buffer, from, picture, received, length);
      received += length;
    }
    if (!isComplete()) {
      return Outcome.GO_ON;
    }
    completingChecksum = checksum;
    return Outcome.COMPLETE;
  }

  private boolean isComplete() {
    return received == total;
  }

  /** Returns the offset of the byte that has to come next. */
  int wanted() {
    return active ? received : 0;
  }

  /** Returns the array that holds the picture's {@link #length} bytes once it is complete. */
  byte[] picture() {
    return picture;
  }

  /** Returns the number of bytes of the picture. */
  int length() {
    return total;
  }

  /** Drops what there is. */
  void forget() {
    active = false;
  }
}
