package org.ptilmpq.cli.run.serial;

import java.io.IOException;
import org.ptilmpq.cli.CommandException;

/** An open serial line. */
interface SerialLink extends AutoCloseable {

  /**
   * Waits a moment for bytes, a tenth of a second or so.
   *
   * @return how many came, 0 for none
   * @throws IOException when the line is gone
   */
  int read(byte[] into) throws IOException;

  /** Returns the bytes that were given to the line and are still on this machine, as far as its driver tells. */
  int pending();

  /**
   * Gives bytes to the line, waiting where it is full.
   *
   * @throws IOException when the line is gone
   */
  void write(byte[] bytes, int length) throws IOException;

  @Override
  void close();

  /** Opens a serial line, and reopens it after it was unplugged. */
  interface Connector {

    /**
     * Opens the line.
     *
     * @throws CommandException when it can't be opened now
     */
    SerialLink connect() throws CommandException;

    /** Registers an action for the end of the process, before the line is closed. Call it once connected. */
    void atEnd(Runnable action);

    /** Returns the line's name, for messages. */
    String name();
  }
}
