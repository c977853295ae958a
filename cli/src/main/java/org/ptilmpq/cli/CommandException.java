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

  /** Returns the exception for wrong use of the command line; its report names the command's help. */
  public static CommandException wrongUse(String message) {
    return new CommandException(ExitCode.WRONG_USE, message);
  }

  /** Returns the same for wrong use that another exception has found. */
  public static CommandException wrongUse(Exception cause) {
    return wrongUse(cause.getMessage(), cause);
  }

  /** Returns the same with a message of its own. */
  public static CommandException wrongUse(String message, Exception cause) {
    return new CommandException(ExitCode.WRONG_USE, message, cause);
  }

  /** The exit status. */
  public int exitCode() {
    return exitCode;
  }
}
