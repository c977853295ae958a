package org.ptilmpq.cli;

import java.nio.file.InvalidPathException;

/**
 * Checks names of files against the locale. The Java virtual machine takes arguments and opens files in the encoding of
 * the locale; in pure ASCII, which cron jobs and bare containers have, it can't open a file whose name has other
 * letters.
 */
public final class FileNames {

  /** The character that the virtual machine puts where it can't decode a byte of an argument. */
  private static final String UNKNOWN = "\uFFFD";

  private FileNames() {}

  /**
   * Checks all arguments before any is used.
   *
   * @throws CommandException when one can't be what the user typed
   */
  public static void check(String... arguments) throws CommandException {
    if (encoding().equalsIgnoreCase("UTF-8")) {
      // A name that is wrong even in UTF-8 is that of a file that can't be there.
      return;
    }
    for (String argument : arguments) {
      if (argument.contains(UNKNOWN)) {
        throw beyondLocale(argument, null);
      }
    }
  }

  /** Returns the error for a name that has no path. */
  static CommandException beyondLocale(InvalidPathException e) {
    return beyondLocale(e.getInput(), e);
  }

  private static CommandException beyondLocale(String name, InvalidPathException cause) {
    return new CommandException(
        ExitCode.WRONG_USE,
        name.replace(UNKNOWN, "?") + ": this name can't be read in the encoding of the locale, " + encoding()
            + "; set one that has all letters, LC_ALL=C.UTF-8",
        cause);
  }

  private static String encoding() {
    return System.getProperty("sun.jnu.encoding", "unknown");
  }
}
