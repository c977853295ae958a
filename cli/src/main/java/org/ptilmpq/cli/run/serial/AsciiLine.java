package org.ptilmpq.cli.run.serial;

/** Builds one line of ASCII after the other in the same buffer. */
final class AsciiLine implements AnswerBuffer {

  private static final int MAX_DIGITS = 19;

  private final byte[] bytes;
  private final byte[] digits = new byte[MAX_DIGITS];
  private int length;

  /**
   * @param longest line in bytes, its end included
   */
  AsciiLine(int longest) {
    bytes = new byte[longest];
  }

  AsciiLine begin(char sign) {
    length = 0;
    return put(sign);
  }

  AsciiLine put(char character) {
    bytes[length++] = PrintableAscii.of(character);
    return this;
  }

  /** Appends a number from 0 on in decimal. */
  AsciiLine put(long number) {
    int count = 0;
    long rest = number;
    do {
      digits[count++] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    while (count > 0) {
      bytes[length++] = digits[--count];
    }
    return this;
  }

  /** Appends at most {@code most} characters of a text. */
  AsciiLine put(String text, int most) {
    for (int i = 0; i < Math.min(text.length(), most); i++) {
      put(text.charAt(i));
    }
    return this;
  }

  /** Ends the line and returns how many bytes there are in {@link #bytes}. */
  @Override
  public int end() {
    bytes[length++] = '\n';
    return length;
  }

  /** Returns the bytes that hold the line after {@link #end}. */
  @Override
  public byte[] bytes() {
    return bytes;
  }
}
