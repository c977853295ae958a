package org.ptilmpq.cli.run.serial;

/** Opens a serial line, again after it was unplugged. */
interface SerialConnector {

  /**
   * @throws SerialException when it can't be opened now
   */
  SerialLink connect() throws SerialException;

  /** Has something done when the process is ended, before the line is closed. Call it once connected. */
  void atEnd(Runnable action);

  /** The line's name, for messages. */
  String name();
}
