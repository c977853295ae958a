package org.ptilmpq.cli;

/** Says that a command can't go on, with a message for the user and the exit status. */
public class CommandException extends Exception {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  /**
   * @param exitCode one of {@link ExitCode}
   * @param message what happened, where, and what to do
   */
  public CommandException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  public CommandException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** The exit status. */
  public int exitCode() {
    return exitCode;
  }
}
