package org.ptilmpq.cli;

import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.profiles.DeviceProfileException;
import org.ptilmpq.runtime.MemoryCapException;

/** Turns what a command throws into one line on standard error and an exit status. */
public final class Failure {

  private Failure() {}

  /**
   * Reports what a command has thrown to the user and returns the exit status.
   *
   * @param e an exception, a full heap, or the virtual machine's error for a read beyond the end of a mapped file
   * @param command the name of the command, whose help the message of wrong use points to
   * @param debug whether the stack trace is also shown
   * @throws InternalError when it is another error of the virtual machine
   */
  public static int report(Throwable e, String command, boolean debug) {
    Throwable told = told(e);
    int exitCode = exitCode(told);
    String hint = exitCode == ExitCode.WRONG_USE ? "; see " + command + " --help" : "";
    System.err.println("ptilmpq: " + message(told) + hint);
    if (debug && told instanceof Exception) {
      told.printStackTrace();
    }
    return exitCode;
  }

  /** Returns the exception to report: for one that couldn't be declared where it was thrown, what it means. */
  private static Throwable told(Throwable e) {
    return switch (e) {
      case UncheckedIOException unchecked -> unchecked.getCause();
      case InvalidPathException name -> NamedFiles.beyondLocale(name);
      default -> e;
    };
  }

  private static String message(Throwable e) {
    if (e instanceof OutOfMemoryError) {
      return "out of memory: " + e.getMessage() + "; give Java more with PTILMPQ_JAVA_OPTS=-Xmx…";
    }
    if (e instanceof InternalError error) {
      if (!String.valueOf(e.getMessage()).contains("unsafe memory access")) {
        throw error;
      }
      return "a file was shortened while it was read (" + e.getMessage() + "); write files that are in use under"
          + " another name, and rename them";
    }
    if (e instanceof NoSuchFileException missing) {
      return missing.getFile() + ": no such file";
    }
    // The messages of other exceptions are written for users; of these the class also says something.
    if (e.getMessage() == null || e instanceof RuntimeException) {
      return e.toString();
    }
    return e.getMessage().strip();
  }

  private static int exitCode(Throwable e) {
    return switch (e) {
      case CommandException command -> command.exitCode();
      case MemoryCapException cap -> ExitCode.OVER_MEMORY_CAP;
      case PqFormatException format -> ExitCode.INVALID_MODEL;
      case DeviceProfileException profile -> ExitCode.WRONG_USE;
      default -> ExitCode.FAILED;
    };
  }
}
