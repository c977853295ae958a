package org.ptilmpq.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Properties;
import org.ptilmpq.cli.process.StandardStreams;
import org.ptilmpq.profiles.ByteSize;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine;

/**
 * The root of a command line: turns what commands throw into one line on stderr and an exit status. A stack trace is
 * shown only with {@code --debug}.
 */
@Command(
    mixinStandardHelpOptions = true,
    versionProvider = Program.Version.class,
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
  public final int execute(String... arguments) {
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
          Exception meant = e.getCause() instanceof InvalidPathException name ? name : CommandException.wrongUse(e);
          return Failure.report(meant, e.getCommandLine().getCommandSpec().qualifiedName(), debug);
        });
    commandLine.setExecutionExceptionHandler(
        (e, command, result) -> Failure.report(e, command.getCommandSpec().qualifiedName(), debug));
    int status = run(commandLine, arguments);
    try {
      output.end();
      return status;
    } catch (IOException e) {
      return Failure.report(e, commandLine.getCommandName(), debug);
    }
  }

  private int run(CommandLine commandLine, String... arguments) {
    try {
      NamedFiles.checkNames(List.of(arguments));
      return commandLine.execute(arguments);
    } catch (CommandException | OutOfMemoryError | InternalError e) {
      return Failure.report(e, commandLine.getCommandName(), debug);
    }
  }

  /** Returns the ways to call the program, one per line. */
  protected abstract String[] synopsis();

  /** Returns command lines that work, with a line before each that says what it does; per cent signs are doubled. */
  protected String[] examples() {
    return new String[0];
  }

  /** Reads a size like "48MB" or "46MiB"; see {@link ByteSize}. */
  public static final class ByteSizeConverter implements ITypeConverter<Long> {

    @Override
    public Long convert(String text) {
      try {
        return ByteSize.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** The text that {@code --version} prints. */
  public static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() throws IOException {
      String java = System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")";
      return new String[] {"ptilmpq " + number(), "Java " + java};
    }

    /** Returns the version number, like "0.1.0". */
    public static String number() throws IOException {
      Properties properties = new Properties();
      try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
        properties.load(in);
      }
      return properties.getProperty("version");
    }
  }
}
