package org.ptilmpq.cli.process;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Standard output that reports when it could not be written: {@link System#out} as Java makes it ignores a full disk,
 * and a command that printed nothing would end as if all were well. And whether anybody sees standard error.
 */
public final class StandardStreams {

  /** Java has no exception of its own for EPIPE; this is the C library's text, in the C locale that Java uses. */
  private static final String BROKEN_PIPE = "Broken pipe";

  private final PrintStream printer;
  private IOException failure;

  private StandardStreams(OutputStream out) {
    OutputStream remembering =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
              out.write(bytes, offset, length);
            } catch (IOException e) {
              failure = e;
              throw e;
            }
          }
        };
    printer = new PrintStream(new BufferedOutputStream(remembering), true, System.out.charset());
  }

  /** Puts a new one in the place of {@link System#out}. */
  public static StandardStreams install() {
    StandardStreams output = new StandardStreams(new FileOutputStream(FileDescriptor.out));
    System.setOut(output.printer);
    return output;
  }

  /** Thrown when the reader of standard output has gone, as {@code head} does: a reason to end, not an error. */
  public static final class ClosedException extends IOException {
    private static final long serialVersionUID = 1;

    private ClosedException(IOException cause) {
      super("nobody reads standard output any more", cause);
    }
  }

  /** Returns what it means that standard output can't be written: a {@link ClosedException}, or an error to report. */
  public static IOException meaning(IOException e) {
    return BROKEN_PIPE.equals(e.getMessage())
        ? new ClosedException(e)
        : new IOException("standard output can't be written: " + e.getMessage(), e);
  }

  /**
   * Writes what is left.
   *
   * @throws IOException when something could not be written although it is still being read
   */
  public void end() throws IOException {
    printer.flush();
    IOException meaning = failure == null ? null : meaning(failure);
    if (meaning != null && !(meaning instanceof ClosedException)) {
      throw meaning;
    }
  }

  /**
   * Returns whether a user watches standard error: {@code /proc/self/fd/2} is a terminal. {@link System#console} would
   * also examine standard input and output, which scripts redirect while they leave the messages on the screen.
   */
  public static boolean isErrorWatched() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      // No /proc: give the careful answer, which means no progress line.
      return false;
    }
  }
}
