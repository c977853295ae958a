package org.ptilmpq.cli;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import org.ptilmpq.cli.process.StandardStreams;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The root of a command line: turns what commands throw into one line on stderr and an exit status. A stack trace is
 * shown only with {@code --debug}.
 */
@Command(
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    usageHelpAutoWidth = true,
    abbreviateSynopsis = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done",
      "1:anything else",
      "2:wrong use",
      "3:does not fit the memory cap",
      "4:the model file is invalid",
      "5:a picture can't be read"
    })
public abstract class Program {

  @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces of errors.")
  private boolean debug;

  /** Runs the command line and returns the exit status. */
  protected final int execute(String... arguments) {
    // First, as help is printed to the output that is there when the command line is made.
    StandardStreams output = StandardStreams.install();
    CommandLine commandLine = new CommandLine(this);
    // Set here and not in an annotation, which the commands would inherit.
    commandLine.getCommandSpec().usageMessage().customSynopsis(synopsis());
    if (examples().length > 0) {
      commandLine.getCommandSpec().usageMessage().footerHeading("%nExamples:%n").footer(examples());
    }
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(
        (e, args) -> {
          if (e.getCause() instanceof InvalidPathException name) {
            return Failure.report(name, debug);
          }
          String command = e.getCommandLine().getCommandSpec().qualifiedName();
          Failure.tell(e.getMessage().strip() + "; see " + command + " --help", e, debug);
          return ExitCode.WRONG_USE;
        });
    commandLine.setExecutionExceptionHandler((e, command, result) -> Failure.report(e, debug));
    int status = run(commandLine, arguments);
    try {
      output.end();
      return status;
    } catch (IOException e) {
      return Failure.report(e, debug);
    }
  }

  private int run(CommandLine commandLine, String... arguments) {
    try {
      FileNames.check(arguments);
      return commandLine.execute(arguments);
    } catch (CommandException e) {
      return Failure.report(e, debug);
    } catch (OutOfMemoryError e) {
      return Failure.report(e);
    } catch (InternalError e) {
      return Failure.report(e);
    }
  }

  /** Returns the ways to call the program, one per line. */
  protected abstract String[] synopsis();

  /** Returns command lines that work, with a line before each that says what it does; per cent signs are doubled. */
  protected String[] examples() {
    return new String[0];
  }
}
