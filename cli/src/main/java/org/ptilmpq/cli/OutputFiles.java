package org.ptilmpq.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.ptilmpq.format.AtomicFile;

/** Checks output files named on the command line: a place that can't have one is wrong use. */
public final class OutputFiles {

  private OutputFiles() {}

  /**
   * Checks a file before the work: long work should not end in a file that can't be written.
   *
   * @return the path
   * @throws CommandException when {@link AtomicFile} could not write there: a folder, a device, no permission
   */
  public static Path file(Path path) throws CommandException {
    try {
      AtomicFile.target(path);
      return path;
    } catch (IOException e) {
      throw new CommandException(ExitCode.WRONG_USE, e.getMessage(), e);
    }
  }
}
