package org.ptilmpq.cli.run.serial;

/** The characters that any display at the other end has: 32 to 126. */
final class PrintableAscii {

  private PrintableAscii() {}

  /** Returns the character, or a question mark in place of one outside ASCII or a control character. */
  static byte of(char character) {
    return (byte) (character >= ' ' && character <= '~' ? character : '?');
  }
}
