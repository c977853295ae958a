package org.ptilmpq.cli;

/** The exit statuses of commands; scripts rely on these numbers. */
public final class ExitCode {

  public static final int DONE = 0;
  public static final int FAILED = 1;
  public static final int WRONG_USE = 2;
  public static final int OVER_MEMORY_CAP = 3;
  public static final int INVALID_MODEL = 4;
  public static final int UNREADABLE_PICTURE = 5;

  /** The status that a shell reports of a program that Ctrl-C ended: 128 plus the number of the signal. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
