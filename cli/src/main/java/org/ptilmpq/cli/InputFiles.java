package org.ptilmpq.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqModel;

/** Checks files and folders named on the command line: one that isn't there is wrong use, not a broken file. */
public final class InputFiles {

  private InputFiles() {}

  /**
   * @throws CommandException when there is no such file, or it is a folder
   */
  public static Path file(Path path) throws CommandException {
    if (!Files.exists(path)) {
      throw new CommandException(ExitCode.WRONG_USE, path + ": no such file");
    }
    if (Files.isDirectory(path)) {
      throw new CommandException(ExitCode.WRONG_USE, path + ": is a folder, where a file is needed");
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
      throw new CommandException(ExitCode.WRONG_USE, path + ": no such folder");
    }
    return path;
  }
}
