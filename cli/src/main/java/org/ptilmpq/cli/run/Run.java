package org.ptilmpq.cli.run;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.NamedFiles;
import org.ptilmpq.cli.Program;
import org.ptilmpq.cli.process.StandardStreams;
import org.ptilmpq.cli.run.stream.ClassificationPrinter;
import org.ptilmpq.cli.run.stream.PictureLoop;
import org.ptilmpq.cli.run.stream.StandardInput;
import org.ptilmpq.cli.run.stream.StreamOptions;
import org.ptilmpq.cli.run.stream.WatchedFolder;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;
import org.ptilmpq.runtime.image.PictureException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ptilmpq-run.jar}: without the name of a command it classifies pictures. */
@Command(
    name = "ptilmpq-run",
    description = "Classify pictures with a quantized network, or do what a command says.",
    subcommands = {
      Evaluate.class, Benchmark.class, Inspect.class, Verify.class, Repack.class, Devices.class, Serve.class
    })
final class Run extends Program implements Callable<Integer> {

  @Parameters(index = "0", arity = "0..1", paramLabel = "MODEL.pq", description = "The quantized network.")
  private Path model;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "IMAGE",
      description =
          "JPEG or PNG pictures; - is standard input: one picture, or JPEG pictures for as long as they come.")
  private List<String> pictures;

  @Option(
      names = "--top",
      paramLabel = "K",
      description = "Print the K likeliest classes; without it 5, and 1 on the line of a frame.")
  private Integer top;

  @Option(
      names = "--min-confidence",
      paramLabel = "P",
      defaultValue = "0",
      description = "Leave out classes less likely than P, 0 to 1, and frames that have no other.")
  private double minConfidence;

  @Option(names = "--watch", paramLabel = "DIR", description = "Classify pictures as they are dropped into a folder.")
  private Path watched;

  @Mixin private StreamOptions stream;

  @Option(names = "--json", description = "One JSON object a picture.")
  private boolean json;

  @Option(
      names = "--time",
      description = "Say on standard error where the time up to the first picture's classes went, and memory.")
  private boolean time;

  @Mixin private RunOptions options;

  @Override
  protected String[] synopsis() {
    return new String[] {
      "ptilmpq-run MODEL.pq IMAGE... [OPTIONS]",
      "       ptilmpq-run MODEL.pq - [OPTIONS]",
      "       ptilmpq-run MODEL.pq --watch DIR [OPTIONS]",
      "       ptilmpq-run COMMAND ..."
    };
  }

  @Override
  public Integer call() throws Exception {
    check();
    StartTimes times = new StartTimes();
    SessionOptions sessionOptions = options.sessionOptions();
    try (PqFile file = NamedFiles.model(model);
        Session session = options.open(file, model, sessionOptions)) {
      times.opened();
      return classify(session, times);
    } catch (StandardStreams.ClosedException e) {
      return ExitCode.DONE;
    }
  }

  private void check() throws CommandException {
    boolean isStream = pictures != null && pictures.contains(StandardInput.NAME);
    if (model == null || (pictures == null) == (watched == null)) {
      throw CommandException.wrongUse("a model is needed, and pictures or --watch");
    }
    if (isStream && pictures.size() > 1) {
      throw CommandException.wrongUse("- must be alone: what comes on standard input may never end");
    }
    if (stream.areGiven() && !isStream) {
      throw CommandException.wrongUse(
          "--every and --keep-all are for a stream on standard input: " + StandardInput.NAME);
    }
    if (time && (isStream || watched != null)) {
      throw CommandException.wrongUse("--time is for pictures that are named");
    }
    if (top != null && top < 1) {
      throw CommandException.wrongUse("--top must be at least 1, not " + top);
    }
    if (!(minConfidence >= 0 && minConfidence <= 1)) {
      throw CommandException.wrongUse("--min-confidence must be 0 to 1, not " + minConfidence);
    }
    if (watched != null) {
      NamedFiles.folder(watched);
    }
  }

  /** Classifies the pictures and returns the exit status. */
  private int classify(Session session, StartTimes times) throws Exception {
    boolean named = watched != null || pictures.size() > 1;
    ClassificationPrinter printer =
        ClassificationPrinter.of(top == null ? 0 : top, minConfidence, json, session.labels(), named);
    PictureLoop loop = new PictureLoop(session);
    if (watched != null) {
      WatchedFolder.classify(watched, loop, printer);
    } else if (pictures.contains(StandardInput.NAME)) {
      try {
        new StandardInput(session, printer, stream).run(System.in);
      } catch (PictureException e) {
        throw new CommandException(ExitCode.UNREADABLE_PICTURE, "standard input: " + e.getMessage(), e);
      }
    } else {
      boolean all = loop.classify(pictures, printer);
      if (time) {
        times.print(loop, session.memoryBudget().total());
      }
      return all ? ExitCode.DONE : ExitCode.UNREADABLE_PICTURE;
    }
    return ExitCode.DONE;
  }
}
