package org.ptilmpq.cli;

import java.nio.file.NoSuchFileException;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.profiles.DeviceProfileException;
import org.ptilmpq.runtime.MemoryCapException;

/** What becomes of what a command throws: one line on standard error and an exit status. */
public final class Failure {

  private Failure() {}

  /**
   * Tells a user of an exception, and gives the exit status.
   *
   * @param debug whether the stack trace is shown, too
   */
  public static int report(Exception e, boolean debug) {
    tell(message(e), e, debug);
    return exitCode(e);
  }

  /** The same of the heap's end. */
  public static int report(OutOfMemoryError e) {
    System.err.println("ptilmpq: out of memory: " + e.getMessage() + "; give Java more with PTILMPQ_JAVA_OPTS=-Xmx…");
    return ExitCode.FAILED;
  }

  static void tell(String message, Exception e, boolean debug) {
    System.err.println("ptilmpq: " + message);
    if (debug) {
      e.printStackTrace();
    }
  }

  private static String message(Exception e) {
    if (e instanceof NoSuchFileException missing) {
      return missing.getFile() + ": no such file";
    }
    // The messages of other exceptions are written for people; of these the class tells something too.
    if (e.getMessage() == null || e instanceof RuntimeException) {
      return e.toString();
    }
    return e.getMessage().strip();
  }

  private static int exitCode(Exception e) {
    return switch (e) {
      case CommandException command -> command.exitCode();
      case MemoryCapException cap -> ExitCode.OVER_MEMORY_CAP;
      case PqFormatException format -> ExitCode.INVALID_MODEL;
      case DeviceProfileException profile -> ExitCode.WRONG_USE;
      default -> ExitCode.FAILED;
    };
  }
}
