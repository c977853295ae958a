package org.ptilmpq.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.ptilmpq.format.AtomicFile;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqModel;

/**
 * Checks files and folders named on the command line: an input that isn't there, or a place that can't have an output,
 * is wrong use, not a broken file. So is a name that the locale can't express: the Java virtual machine takes arguments
 * and opens files in the encoding of the locale; in pure ASCII, which cron jobs and bare containers have, it can't open
 * a file whose name has other letters.
 */
public final class NamedFiles {

  /** The character that the virtual machine puts where it can't decode a byte of an argument. */
  private static final String UNKNOWN = "\uFFFD";

  private NamedFiles() {}

  /**
   * @throws CommandException when there is no such file, or it is a folder
   */
  public static Path file(Path path) throws CommandException {
    if (!Files.exists(path)) {
      throw CommandException.wrongUse(path + ": no such file");
    }
    if (Files.isDirectory(path)) {
      throw CommandException.wrongUse(path + ": is a folder, where a file is needed");
    }
    return path;
  }

  /**
   * Maps and verifies a model.
   *
   * @throws CommandException when there is no such file, or it is not a valid model
   */
  public static PqFile model(Path path) throws CommandException, IOException {
    try {
      return PqFile.open(file(path));
    } catch (PqFormatException e) {
      throw invalid(path, e);
    }
  }

  /**
   * Returns a model with all its weights: those of a compressed file are decoded.
   *
   * @param path of the file, for errors
   * @throws CommandException when a compressed layer is damaged
   */
  public static PqModel decoded(PqFile file, Path path) throws CommandException {
    try {
      return file.model();
    } catch (PqFormatException e) {
      throw invalid(path, e);
    }
  }

  /** Returns the error for an invalid model, with the file's name. */
  public static CommandException invalid(Path path, PqFormatException e) {
    boolean named = e.getMessage().startsWith(path.toString());
    return new CommandException(ExitCode.INVALID_MODEL, named ? e.getMessage() : path + ": " + e.getMessage(), e);
  }

  /**
   * @throws CommandException when there is no such folder
   */
  public static Path folder(Path path) throws CommandException {
    if (!Files.isDirectory(path)) {
      throw CommandException.wrongUse(path + ": no such folder");
    }
    return path;
  }

  /**
   * Checks a file before the work: long work should not end in a file that can't be written.
   *
   * @return the path
   * @throws CommandException when {@link AtomicFile} could not write there: a folder, a device, no permission
   */
  public static Path output(Path path) throws CommandException {
    try {
      AtomicFile.target(path);
      return path;
    } catch (IOException e) {
      throw CommandException.wrongUse(e);
    }
  }

  /**
   * Checks all arguments before any is used.
   *
   * @throws CommandException when one can't be what the user typed
   */
  public static void checkNames(List<String> arguments) throws CommandException {
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
    return CommandException.wrongUse(
        name.replace(UNKNOWN, "?") + ": this name can't be read in the encoding of the locale, " + encoding()
            + "; set one that has all letters, LC_ALL=C.UTF-8",
        cause);
  }

  private static String encoding() {
    return System.getProperty("sun.jnu.encoding", "unknown");
  }
}
