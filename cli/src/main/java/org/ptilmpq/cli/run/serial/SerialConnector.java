package org.ptilmpq.cli.run.serial;

/** Opens a serial line, and reopens it after it was unplugged. */
interface SerialConnector {

  /**
   * Opens the line.
   *
   * @throws SerialException when it can't be opened now
   */
  SerialLink connect() throws SerialException;

  /** Registers an action for the end of the process, before the line is closed. Call it once connected. */
  void atEnd(Runnable action);

  /** Returns the line's name, for messages. */
  String name();
}
