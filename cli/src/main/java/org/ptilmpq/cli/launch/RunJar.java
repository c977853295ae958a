package org.ptilmpq.cli.launch;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The entry point of {@code java -jar ptilmpq-run.jar} and of the {@code ptilmpq} script. Pictures and short commands
 * run in whatever {@code java -jar} has started. An endless run needs the limits of heap and code cache that {@code
 * run.jvm.options} sets, and so does a memory cap, which is planned with them; kernels of the Vector API need its
 * module, which no jar can ask for.
 */
public final class RunJar extends Launcher {

  /** Set by {@code run.jvm.options}: the limits are there. */
  private static final String LIMITS = "ptilmpq.limits";

  private static final List<String> LONG_COMMANDS = Arrays.asList("benchmark", "evaluate", "serve");
  private static final List<String> LONG_OPTIONS = Arrays.asList("-", "--watch");
  private static final List<String> PLANNED_OPTIONS = Arrays.asList("--memory", "--profile");

  /** The most words of a call with a few pictures; the ptilmpq script has the same rule. */
  private static final int SHORT = 16;
  private static final List<String> WITHOUT_KERNELS =
      Arrays.asList("--help", "-h", "--version", "-V", "verify", "repack");

  private final List<String> arguments;

  private RunJar(String[] arguments) {
    super("org.ptilmpq.cli.run.PlainCall", "run.jvm.options");
    this.arguments = Arrays.asList(arguments);
  }

  public static void main(String[] arguments) throws Exception {
    new RunJar(arguments).launch(arguments);
  }

  @Override
  String unmet(boolean hasVectorApi) throws Exception {
    if (System.getProperty(LIMITS) == null) {
      String planned = firstGiven(PLANNED_OPTIONS);
      String word = planned == null ? whatIsLong() : planned;
      if (word != null) {
        return word + " needs this program's limits of heap and code cache";
      }
      if (ownOptions() != null) {
        return OPTIONS_VARIABLE + " has options for it";
      }
    }
    if (hasVectorApi || arguments.isEmpty() || firstGiven(WITHOUT_KERNELS) != null) {
      return null;
    }
    return (String) Class.forName("org.ptilmpq.kernels.KernelProvider").getMethod("whyVectorApi").invoke(null);
  }

  @Override
  List<String> options() {
    return whatIsLong() == null && arguments.size() <= SHORT
        ? Collections.singletonList(WITHOUT_OPTIMIZING)
        : Collections.<String>emptyList();
  }

  /** Returns the command or option that may run without end, or null. */
  private String whatIsLong() {
    boolean isLong = !arguments.isEmpty() && LONG_COMMANDS.contains(arguments.get(0));
    return isLong ? arguments.get(0) : firstGiven(LONG_OPTIONS);
  }

  /** Returns the first of these words that is given, or null. */
  private String firstGiven(List<String> words) {
    for (String word : words) {
      if (isGiven(word)) {
        return word;
      }
    }
    return null;
  }

  /** Returns whether this word is given, or for an option this one with a value after an equals sign. */
  private boolean isGiven(String word) {
    for (String argument : arguments) {
      if (argument.equals(word) || word.startsWith("--") && argument.startsWith(word + "=")) {
        return true;
      }
    }
    return false;
  }
}
