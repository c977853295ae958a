package org.ptilmpq.cli.run.serial;

import java.util.zip.CRC32C;

/**
 * Builds one frame after the other in the same buffers: {@link #begin}, the payload field by field, {@link #end}. The
 * frame is then in {@link #bytes}, with a zero before and after it.
 */
final class FrameEncoder implements Answers.Buffer {

  private static final int MAX_BLOCK = 254;

  private final CRC32C checksum = new CRC32C();
  private final byte[] body;
  private final byte[] encoded;
  private int length;

  /**
   * @param mostPayload longest payload, in bytes
   */
  FrameEncoder(int mostPayload) {
    body = new byte[FrameDecoder.HEAD_BYTES + mostPayload + FrameDecoder.CHECKSUM_BYTES];
    encoded = new byte[encodedBytes(body.length)];
  }

  /** Returns the most bytes that a body can become, including the zeros before and after it. */
  static int encodedBytes(int bodyBytes) {
    return bodyBytes + bodyBytes / MAX_BLOCK + 1 + 2;
  }

  FrameEncoder begin(int type, int sequence) {
    length = 0;
    return put8(type).put16(sequence);
  }

  /** Appends the lowest 8 bits. */
  FrameEncoder put8(int value) {
    body[length++] = (byte) value;
    return this;
  }

  /** Appends the lowest 16 bits. */
  FrameEncoder put16(int value) {
    return put8(value).put8(value >> 8);
  }

  /** Appends the lowest 32 bits. */
  FrameEncoder put32(long value) {
    return put16((int) value).put16((int) (value >> 16));
  }

  FrameEncoder put(byte[] bytes, int offset, int count) {
    System.arraycopy(bytes, offset, body, length, count);
    length += count;
    return this;
  }

  /** Appends printable ASCII in place of the text, cut to {@code most} characters, without its length. */
  FrameEncoder putText(String text, int most) {
    int count = Math.min(text.length(), most);
    for (int i = 0; i < count; i++) {
      put8(Answers.printable(text.charAt(i)));
    }
    return this;
  }

  /** Appends the checksum, stuffs the bytes, and returns how many there are in {@link #bytes}. */
  @Override
  public int end() {
    checksum.reset();
    checksum.update(body, 0, length);
    put32(checksum.getValue());
    int out = 0;
    encoded[out++] = 0;
    int code = out++;
    for (int i = 0; i < length; i++) {
      // A full block stands for no zero, so another follows only where there are bytes left.
      if (out - code > MAX_BLOCK) {
        encoded[code] = (byte) (out - code);
        code = out++;
      }
      if (body[i] == 0) {
        encoded[code] = (byte) (out - code);
        code = out++;
      } else {
        encoded[out++] = body[i];
      }
    }
    encoded[code] = (byte) (out - code);
    encoded[out++] = 0;
    return out;
  }

  /** Returns the bytes that hold the frame after {@link #end}. */
  @Override
  public byte[] bytes() {
    return encoded;
  }
}
