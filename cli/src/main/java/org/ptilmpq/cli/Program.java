package org.ptilmpq.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import org.ptilmpq.cli.process.StandardOutput;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.profiles.DeviceProfileException;
import org.ptilmpq.runtime.MemoryCapException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The root of a command line: turns what commands throw into one line on stderr and an exit status. A stack trace is
 * shown with {@code --debug} alone.
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

  /** Runs the command line and gives the exit status. */
  protected final int execute(String... arguments) {
    // First, as help is printed to what is there when the command line is made.
    StandardOutput output = StandardOutput.install();
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
            report(FileNames.beyondLocale(name), "");
            return ExitCode.WRONG_USE;
          }
          report(e, "; see " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
          return ExitCode.WRONG_USE;
        });
    commandLine.setExecutionExceptionHandler(
        (e, command, result) -> {
          Exception told = told(e);
          report(told, "");
          return exitCode(told);
        });
    int status = run(commandLine, arguments);
    try {
      output.end();
      return status;
    } catch (IOException e) {
      report(e, "");
      return ExitCode.FAILED;
    }
  }

  private int run(CommandLine commandLine, String... arguments) {
    try {
      FileNames.check(arguments);
      return commandLine.execute(arguments);
    } catch (CommandException e) {
      report(e, "");
      return e.exitCode();
    } catch (OutOfMemoryError e) {
      System.err.println("ptilmpq: out of memory: " + e.getMessage() + "; give Java more with PTILMPQ_JAVA_OPTS=-Xmx…");
      return ExitCode.FAILED;
    } catch (InternalError e) {
      // The virtual machine's word for a read beyond the end of a mapped file.
      if (!String.valueOf(e.getMessage()).contains("unsafe memory access")) {
        throw e;
      }
      System.err.println(
          "ptilmpq: a file was shortened while it was read (" + e.getMessage() + "); write files that are in use under"
              + " another name, and rename them");
      return ExitCode.FAILED;
    }
  }

  /** How the program is called, a line each. */
  protected abstract String[] synopsis();

  /** Command lines that work, with a line before each that says what it does; per cent signs are doubled. */
  protected String[] examples() {
    return new String[0];
  }

  /** What can't be declared where it is thrown is told as what it is. */
  private static Exception told(Exception e) {
    return switch (e) {
      case UncheckedIOException unchecked -> unchecked.getCause();
      case InvalidPathException name -> FileNames.beyondLocale(name);
      default -> e;
    };
  }

  private void report(Exception e, String hint) {
    System.err.println("ptilmpq: " + message(e) + hint);
    if (debug) {
      e.printStackTrace();
    }
  }

  private static String message(Exception e) {
    if (e instanceof NoSuchFileException missing) {
      return missing.getFile() + ": no such file";
    }
    if (e.getMessage() == null || !isExpected(e)) {
      return e.toString();
    }
    return e.getMessage().strip();
  }

  /** Exceptions whose message is written for people; of others the class tells something too. */
  private static boolean isExpected(Exception e) {
    return !(e instanceof RuntimeException) || e instanceof CommandLine.ParameterException;
  }

  private static int exitCode(Exception e) {
    return switch (e) {
      case CommandException command -> command.exitCode();
      case MemoryCapException cap -> ExitCode.OVER_MEMORY_CAP;
      case PqFormatException format -> ExitCode.INVALID_MODEL;
      case DeviceProfileException profile -> ExitCode.WRONG_USE;
      default -> ExitCode.FAILED;
    };
  }
}
