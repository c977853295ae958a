package org.ptilmpq.cli.run;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.Program;
import org.ptilmpq.runtime.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ptilmpq-run.jar}: without the name of a command it classifies pictures. */
@Command(
    name = "ptilmpq-run",
    description = "Classify pictures with a quantized network, or do what a command says.",
    subcommands = {Evaluate.class, Benchmark.class, Inspect.class, Verify.class, Repack.class, Devices.class, Serve.class})
public final class Run extends Program implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "MODEL.pq", description = "The quantized network.")
  private Path model;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "IMAGE",
      description = "JPEG or PNG pictures; - is one picture on standard input.")
  private List<String> pictures;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "5",
      description = "Print the K likeliest classes (${DEFAULT-VALUE}).")
  private int top;

  @Option(names = "--json", description = "One JSON object a picture.")
  private boolean json;

  @Mixin private RunOptions options;

  private Run() {}

  public static void main(String[] arguments) {
    System.exit(new Run().execute(arguments));
  }

  @Override
  protected String[] synopsis() {
    return new String[] {"ptilmpq-run MODEL.pq IMAGE... [OPTIONS]", "       ptilmpq-run COMMAND ..."};
  }

  @Override
  public Integer call() throws Exception {
    if (model == null || pictures == null) {
      throw new ParameterException(spec.commandLine(), "a model and at least one picture are needed");
    }
    if (top < 1) {
      throw new ParameterException(spec.commandLine(), "--top must be at least 1, not " + top);
    }
    try (OpenModel open = options.open(model)) {
      Session session = open.session();
      ClassificationPrinter printer =
          json ? new ClassificationPrinter.Lines() : new ClassificationPrinter.Text(pictures.size() > 1);
      return new PictureRun(session, printer, top).classify(pictures) ? ExitCode.DONE : ExitCode.UNREADABLE_PICTURE;
    }
  }
}
