package org.ptilmpq.cli.run.serial;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Finds frames in a stream of bytes, whatever lies between them. A frame's contents are there until the next byte is
 * accepted. The buffer is allocated once; a longer frame is read through to its end without being kept, so that its
 * sender can be informed.
 */
final class FrameDecoder {

  /** The first byte of a frame. The host's answers have the highest bit. */
  static final class MessageType {

    /** Device: what are you, and what may I send? */
    static final int HELLO = 0x01;

    /** Device: a whole encoded picture. */
    static final int PICTURE = 0x02;

    /** Device: some bytes of an encoded picture. */
    static final int PART = 0x03;

    /** Device: how has it been going? */
    static final int STATISTICS = 0x04;

    static final int HELLO_ANSWER = 0x81;
    static final int RESULT = 0x82;
    static final int ACKNOWLEDGEMENT = 0x83;
    static final int STATISTICS_ANSWER = 0x84;
    static final int ERROR = 0xFF;

    private MessageType() {}
  }

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

  private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

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
    return Integer.toUnsignedLong(int32(HEAD_BYTES + payloadOffset));
  }

  /** Returns the frame's own checksum, which tells it from others. */
  int checksum() {
    return int32(length - CHECKSUM_BYTES);
  }

  private int int32(int at) {
    return (int) INT.get(buffer, at);
  }

  /**
   * Decodes consistent overhead byte stuffing byte by byte (Cheshire and Baker, 1999). A code byte of n precedes n − 1
   * bytes that are not zero, and stands for the zero after them unless it is 255 or the frame ends there; so no zero is
   * in a frame, and a zero ends one wherever the reader came in.
   */
  static final class CobsDecoder {

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
}
