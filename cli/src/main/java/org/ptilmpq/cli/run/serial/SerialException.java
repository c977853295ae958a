package org.ptilmpq.cli.run.serial;

import org.ptilmpq.cli.CommandException;

/** Thrown when a serial line can't be opened: says why, and what to do. */
final class SerialException extends CommandException {
  private static final long serialVersionUID = 1;

  SerialException(int exitCode, String message) {
    super(exitCode, message);
  }

  SerialException(int exitCode, String message, Throwable cause) {
    super(exitCode, message, cause);
  }
}
