package org.ptilmpq.cli.run;

import java.io.IOException;
import java.nio.file.Path;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.NamedFiles;
import org.ptilmpq.cli.PreprocessingOptions;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqVerifier;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;

/** A session on a file, with the preprocessing the user wants instead of the file's. */
final class OpenModel implements AutoCloseable {

  private final PqFile file;
  private final Session session;

  private OpenModel(PqFile file, Session session) {
    this.file = file;
    this.session = session;
  }

  /** Opens a model with the preprocessing of its file. */
  static OpenModel open(Path path, SessionOptions options) throws CommandException, IOException {
    return open(path, options, null);
  }

  /** @param preprocessing changes to the file's, or null */
  static OpenModel open(Path path, SessionOptions options, PreprocessingOptions preprocessing)
      throws CommandException, IOException {
    PqFile file = NamedFiles.model(path);
    try {
      Session session =
          preprocessing != null && preprocessing.isGiven()
              ? Session.open(file, changed(file.outline(), preprocessing), options)
              : Session.open(file, options);
      sayWhatTheCapCosts(session, options);
      return new OpenModel(file, session);
    } catch (PqFormatException e) {
      file.close();
      throw NamedFiles.invalid(path, e);
    } catch (CommandException | IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private static void sayWhatTheCapCosts(Session session, SessionOptions options) {
    int threads = session.memoryBudget().threads();
    if (threads < options.threads()) {
      System.err.println(
          "ptilmpq: computing on " + threads + " of " + options.threads()
              + " threads: the memory cap has no room for more");
    }
  }

  private static Preprocessing changed(PqModel model, PreprocessingOptions options) throws CommandException {
    Preprocessing changed = options.over(model.preprocessing());
    try {
      PqVerifier.verify(changed, model.inputTensor());
    } catch (PqFormatException e) {
      // The file was valid a moment ago: what doesn't fit is the user's choice.
      throw new CommandException(ExitCode.WRONG_USE, e.getMessage(), e);
    }
    return changed;
  }

  Session session() {
    return session;
  }

  @Override
  public void close() {
    session.close();
    file.close();
  }
}
