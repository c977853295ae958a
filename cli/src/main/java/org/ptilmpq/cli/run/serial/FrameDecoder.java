package org.ptilmpq.cli.run.serial;

import java.util.zip.CRC32C;

/**
 * Finds frames in a stream of bytes, whatever lies between them. A frame's contents are there until the next byte is
 * accepted. The buffer is allocated once; a longer frame is read through to its end without being kept, so that its
 * sender can be informed.
 */
final class FrameDecoder {

  /** Type and sequence. */
  static final int HEAD_BYTES = 3;

  static final int CHECKSUM_BYTES = 4;

  /** The CRC-32C of any bytes followed by their own CRC-32C, lowest byte first: a property of the polynomial. */
  static final int CHECKSUM_OF_SOUND = 0x48674BC7;

  /** The result of accepting a byte. */
  enum Event {
    /** More bytes are needed. */
    NONE,
    /** A whole frame with the right checksum is there. */
    FRAME,
    /** A whole frame with the right checksum was too long; type and sequence are there, the payload is not. */
    TOO_LONG,
    /** A frame ended that was cut or damaged. */
    DAMAGED
  }

  private final CobsDecoder cobs = new CobsDecoder();
  private final CRC32C checksum = new CRC32C();
  private final byte[] buffer;
  private int length;
  private int summed;
  private boolean overflowed;
  private boolean begun;
  private long encodedBytes;

  /**
   * @param mostPayload longest payload that is kept, in bytes
   */
  FrameDecoder(int mostPayload) {
    buffer = new byte[HEAD_BYTES + mostPayload + CHECKSUM_BYTES];
  }

  /** Takes the next byte of the stream. */
  Event accept(byte encoded) {
    if (!begun) {
      length = 0;
      summed = 0;
      overflowed = false;
      checksum.reset();
      encodedBytes = 0;
    }
    int decoded = cobs.accept(encoded);
    if (decoded == CobsDecoder.END || decoded == CobsDecoder.CUT) {
      return begun ? end(decoded) : Event.NONE;
    }
    begun = true;
    encodedBytes++;
    if (decoded != CobsDecoder.NOTHING) {
      keep((byte) decoded);
    }
    return Event.NONE;
  }

  private void keep(byte decoded) {
    if (length == buffer.length) {
      // Sum what is there, and reuse the room after the head.
      overflowed = true;
      checksum.update(buffer, summed, length - summed);
      length = HEAD_BYTES;
      summed = HEAD_BYTES;
    }
    buffer[length++] = decoded;
  }

  private Event end(int how) {
    begun = false;
    checksum.update(buffer, summed, length - summed);
    boolean sound =
        how == CobsDecoder.END
            && length >= (overflowed ? HEAD_BYTES : HEAD_BYTES + CHECKSUM_BYTES)
            && (int) checksum.getValue() == CHECKSUM_OF_SOUND;
    if (!sound) {
      return Event.DAMAGED;
    }
    return overflowed ? Event.TOO_LONG : Event.FRAME;
  }

  /** Forgets a frame that was begun. */
  void restart() {
    cobs.restart();
    begun = false;
  }

  /** Returns whether a frame has begun and not ended. */
  boolean isInside() {
    return begun;
  }

  /** Returns the bytes on the line of the frame that ended last or has begun, zeros not counted. */
  long encodedBytes() {
    return encodedBytes;
  }

  /** Returns one of {@link MessageType}, or a number that means nothing yet. */
  int type() {
    return buffer[0] & 0xFF;
  }

  /** Returns the sender's number of the frame, 0 to 65,535. */
  int sequence() {
    return (buffer[1] & 0xFF) | (buffer[2] & 0xFF) << 8;
  }

  /** Returns the bytes that hold the payload, from {@link #HEAD_BYTES} on. */
  byte[] buffer() {
    return buffer;
  }

  /** Returns the number of bytes of the payload. */
  int payloadLength() {
    return length - HEAD_BYTES - CHECKSUM_BYTES;
  }

  /** Returns an unsigned 32-bit number in the payload, lowest byte first. */
  long unsigned32(int payloadOffset) {
    return LittleEndian.unsigned32(buffer, HEAD_BYTES + payloadOffset);
  }

  /** Returns the frame's own checksum, which tells it from others. */
  int checksum() {
    return (int) LittleEndian.unsigned32(buffer, length - CHECKSUM_BYTES);
  }
}
