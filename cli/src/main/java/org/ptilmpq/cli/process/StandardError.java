package org.ptilmpq.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Standard error, where this process's messages go. */
public final class StandardError {

  private StandardError() {}

  /**
   * Returns whether a user watches: {@code /proc/self/fd/2} is a terminal. {@link System#console} would also examine
   * standard input and output, which scripts redirect while they leave the messages on the screen.
   */
  public static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      // No /proc: give the careful answer, which means no progress line.
      return false;
    }
  }
}
