package org.ptilmpq.cli.process;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Standard output that reports when it could not be written: {@link System#out} as Java makes it ignores a full disk,
 * and a command that printed nothing would end as if all were well.
 */
public final class StandardOutput {

  /** Java has no exception of its own for EPIPE; this is the C library's text, in the C locale that Java uses. */
  private static final String BROKEN_PIPE = "Broken pipe";

  private final PrintStream printer;
  private IOException failure;

  private StandardOutput(OutputStream out) {
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
  public static StandardOutput install() {
    StandardOutput output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
    System.setOut(output.printer);
    return output;
  }

  /** Returns whether the reader is gone, as after {@code | head -1}, which is no fault. */
  public static boolean isClosed(IOException e) {
    return BROKEN_PIPE.equals(e.getMessage());
  }

  /** Returns the error to report when standard output can't be written. */
  public static IOException named(IOException e) {
    return new IOException("standard output can't be written: " + e.getMessage(), e);
  }

  /**
   * Writes what is left.
   *
   * @throws IOException when something could not be written although it is still being read
   */
  public void end() throws IOException {
    printer.flush();
    if (failure != null && !isClosed(failure)) {
      throw named(failure);
    }
  }
}
