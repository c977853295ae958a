package org.ptilmpq.cli;

/** What a command's exit status says; scripts rely on these numbers. */
public final class ExitCode {

  public static final int DONE = 0;
  public static final int FAILED = 1;
  public static final int WRONG_USE = 2;
  public static final int OVER_MEMORY_CAP = 3;
  public static final int INVALID_MODEL = 4;
  public static final int UNREADABLE_PICTURE = 5;

  /** What a shell says of a program that Ctrl-C ended: 128 and the number of the signal. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
