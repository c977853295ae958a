package org.ptilmpq.cli.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.Failure;
import org.ptilmpq.cli.NamedFiles;
import org.ptilmpq.cli.process.StandardStreams;
import org.ptilmpq.cli.run.stream.ClassificationPrinter;
import org.ptilmpq.cli.run.stream.PictureLoop;
import org.ptilmpq.cli.run.stream.StandardInput;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.profiles.ByteSize;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;

/**
 * The main job, {@code MODEL.pq IMAGE...} with the options of most calls, without picocli: building its model of all
 * commands takes longer than classifying a picture. A call that isn't understood to the last word is left to {@link
 * Run}, which also says what is wrong with it; both do the same with the same words.
 */
public final class PlainCall {

  /** The model and the pictures. */
  private final List<String> names = new ArrayList<>();

  private SessionOptions options = SessionOptions.defaults();
  private int top;
  private boolean isJson;
  private boolean isTimed;
  private boolean debug;

  private PlainCall() {}

  /** Runs {@code ptilmpq-run.jar}'s program: a plain call here, any other in {@link Run}. */
  public static void main(String[] arguments) {
    PlainCall plain = of(arguments);
    int status = plain == null ? new Run().execute(arguments) : plain.execute();
    // Java's exit loads its logging first, only to find that none is wanted: a process that is done just ends.
    if (plain == null || status != ExitCode.DONE) {
      System.exit(status);
    }
  }

  /**
   * Returns a call that has nothing but a model, pictures and {@code --top, --json, --threads, --memory, --time,
   * --debug}; else null.
   */
  static PlainCall of(String[] arguments) {
    PlainCall call = new PlainCall();
    return call.isUnderstood(arguments) ? call : null;
  }

  private boolean isUnderstood(String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (argument.equals("--json")) {
        isJson = true;
      } else if (argument.equals("--time")) {
        isTimed = true;
      } else if (argument.equals("--debug")) {
        debug = true;
      } else if (argument.equals("--memory") && i + 1 < arguments.length) {
        if (!capMemory(arguments[++i])) {
          return false;
        }
      } else if (argument.equals("--top") || argument.equals("--threads")) {
        int number = i + 1 < arguments.length ? number(arguments[++i]) : 0;
        if (number == 0) {
          return false;
        }
        if (argument.equals("--top")) {
          top = number;
        } else if (number <= SessionOptions.MAX_THREADS) {
          options = options.withThreads(number);
        } else {
          return false;
        }
      } else if (argument.isEmpty() || argument.startsWith("-") || argument.startsWith("@")) {
        // An option of another call, standard input, or a file of arguments.
        return false;
      } else {
        names.add(argument);
      }
    }
    return names.size() >= 2 && names.getFirst().endsWith(".pq") && !names.contains(StandardInput.NAME);
  }

  /** Sets the memory cap, and returns whether the size can be read and is allowed. */
  private boolean capMemory(String size) {
    try {
      options = options.withMemoryCap(ByteSize.parse(size));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Returns a positive number of up to six digits, else 0. */
  private static int number(String digits) {
    int number = 0;
    for (int i = 0; i < digits.length(); i++) {
      char digit = digits.charAt(i);
      if (digit < '0' || digit > '9' || i == 6) {
        return 0;
      }
      number = 10 * number + digit - '0';
    }
    return number;
  }

  /** Classifies the pictures and returns the exit status. */
  int execute() {
    StartTimes times = new StartTimes();
    try {
      NamedFiles.checkNames(names);
      return classify(times);
    } catch (StandardStreams.ClosedException e) {
      return ExitCode.DONE;
    } catch (Exception | OutOfMemoryError | InternalError e) {
      return Failure.report(e, "ptilmpq-run", debug);
    }
  }

  private int classify(StartTimes times) throws Exception {
    List<String> pictures = names.subList(1, names.size());
    Path model = Path.of(names.getFirst());
    try (PqFile file = NamedFiles.model(model);
        Session session = RunOptions.session(file, model, options)) {
      times.opened();
      ClassificationPrinter printer = ClassificationPrinter.of(top, 0, isJson, session.labels(), pictures.size() > 1);
      PictureLoop loop = new PictureLoop(session);
      boolean all = loop.classify(pictures, printer);
      if (isTimed) {
        times.print(loop, session.memoryBudget().total());
      }
      return all ? ExitCode.DONE : ExitCode.UNREADABLE_PICTURE;
    }
  }
}
