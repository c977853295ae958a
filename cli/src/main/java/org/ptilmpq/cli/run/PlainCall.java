package org.ptilmpq.cli.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.Failure;
import org.ptilmpq.cli.FileNames;
import org.ptilmpq.cli.process.StandardStreams;
import org.ptilmpq.cli.run.stream.ClassificationPrinter;
import org.ptilmpq.cli.run.stream.PictureLoop;
import org.ptilmpq.cli.run.stream.StandardInput;
import org.ptilmpq.profiles.ByteSize;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;

/**
 * The main job, {@code MODEL.pq IMAGE...} with the options of most calls, without picocli: building its model of all
 * commands takes longer than classifying a picture. A call that isn't understood to the last word is left to {@link
 * Run}, which also says what is wrong with it; both do the same with the same words.
 */
final class PlainCall {

  private final String model;
  private final List<String> pictures;
  private final int top;
  private final boolean isJson;
  private final SessionOptions options;
  private final boolean isTimed;
  private final boolean debug;

  private PlainCall(
      String model,
      List<String> pictures,
      int top,
      boolean isJson,
      SessionOptions options,
      boolean isTimed,
      boolean debug) {
    this.model = model;
    this.pictures = pictures;
    this.top = top;
    this.isJson = isJson;
    this.options = options;
    this.isTimed = isTimed;
    this.debug = debug;
  }

  /**
   * Returns a call that has nothing but a model, pictures and {@code --top, --json, --threads, --memory, --time,
   * --debug}; else null.
   */
  static PlainCall of(String[] arguments) {
    List<String> names = new ArrayList<>();
    int top = 0;
    boolean isJson = false;
    boolean isTimed = false;
    boolean debug = false;
    SessionOptions options = SessionOptions.defaults();
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (argument.equals("--json")) {
        isJson = true;
      } else if (argument.equals("--time")) {
        isTimed = true;
      } else if (argument.equals("--debug")) {
        debug = true;
      } else if (argument.equals("--memory") && i + 1 < arguments.length) {
        options = withMemoryCap(options, arguments[++i]);
        if (options == null) {
          return null;
        }
      } else if (argument.equals("--top") || argument.equals("--threads")) {
        int number = i + 1 < arguments.length ? number(arguments[++i]) : 0;
        if (number == 0) {
          return null;
        }
        if (argument.equals("--top")) {
          top = number;
        } else if (number <= SessionOptions.MAX_THREADS) {
          options = options.withThreads(number);
        } else {
          return null;
        }
      } else if (argument.isEmpty() || argument.startsWith("-") || argument.startsWith("@")) {
        // An option of another call, standard input, or a file of arguments.
        return null;
      } else {
        names.add(argument);
      }
    }
    if (names.size() < 2 || !names.getFirst().endsWith(".pq") || names.contains(StandardInput.NAME)) {
      return null;
    }
    List<String> pictures = names.subList(1, names.size());
    return new PlainCall(names.getFirst(), pictures, top, isJson, options, isTimed, debug);
  }

  /** Returns the options with this cap, or null where the size can't be read or isn't allowed. */
  private static SessionOptions withMemoryCap(SessionOptions options, String size) {
    try {
      return options.withMemoryCap(ByteSize.parse(size));
    } catch (IllegalArgumentException e) {
      return null;
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
      FileNames.check(model);
      FileNames.check(pictures.toArray(new String[0]));
      return classify(times);
    } catch (StandardStreams.ClosedException e) {
      return ExitCode.DONE;
    } catch (Exception e) {
      return Failure.report(e, debug);
    } catch (OutOfMemoryError e) {
      return Failure.report(e);
    } catch (InternalError e) {
      return Failure.report(e);
    }
  }

  private int classify(StartTimes times) throws Exception {
    try (OpenModel open = OpenModel.open(Path.of(model), options)) {
      times.opened();
      Session session = open.session();
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
