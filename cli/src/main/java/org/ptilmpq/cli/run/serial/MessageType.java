package org.ptilmpq.cli.run.serial;

/** The first byte of a frame. The host's answers have the highest bit. */
final class MessageType {

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
