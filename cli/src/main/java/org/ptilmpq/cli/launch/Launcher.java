package org.ptilmpq.cli.launch;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Starts one of the two programs: here if this Java is suitable, and otherwise in the first one found that is. The
 * subclasses are the entry points of the jars, with which another virtual machine also begins: it may lack something
 * else.
 */
abstract class Launcher {

  /** The first version of Java whose Vector API and class files are suitable. */
  static final int NEEDED = 25;

  /** Marks a process that was started with all options, so that one which still lacks something ends in an error. */
  private static final String RELAUNCHED = "ptilmpq.relaunched";

  /** Options of the user's own for the Java virtual machine, separated by blanks. */
  static final String OPTIONS_VARIABLE = "PTILMPQ_JAVA_OPTS";

  /** The time at which this began, in milliseconds since 1970, for {@code --time}. */
  private static final String LAUNCHED = "ptilmpq.launched";

  /** For short runs: the optimizing compiler would only take time and memory. */
  static final String WITHOUT_OPTIMIZING = "-XX:TieredStopAtLevel=1";

  private final String mainClass;
  private final String options;

  /**
   * @param mainClass of the program
   * @param options name of the resource beside this class with the virtual machine's options, one per line
   */
  Launcher(String mainClass, String options) {
    this.mainClass = mainClass;
    this.options = options;
  }

  /**
   * Returns what this virtual machine lacks, for {@code --debug}; null if nothing. Called only in a Java that is new
   * enough.
   *
   * @param hasVectorApi whether its module was loaded
   */
  abstract String unmet(boolean hasVectorApi) throws Exception;

  /** Returns options for another one that doesn't use the Vector API, besides the resource's and the user's. */
  List<String> options() {
    return Collections.emptyList();
  }

  void launch(String[] arguments) throws Exception {
    System.setProperty(LAUNCHED, Long.toString(System.currentTimeMillis()));
    String unmet =
        isNewEnough() ? unmet(hasVectorApi()) : "this is Java " + System.getProperty("java.version");
    if (unmet == null) {
      runHere(arguments);
      return;
    }
    if (Arrays.asList(arguments).contains("--debug")) {
      System.err.println("ptilmpq: starting another virtual machine: " + unmet);
    }
    if (System.getProperty(RELAUNCHED) != null) {
      fail(
          "Java " + System.getProperty("java.version") + " in " + System.getProperty("java.home")
              + " was started with this program's options and still lacks something (" + unmet + "); is one of "
              + OPTIONS_VARIABLE + " or JDK_JAVA_OPTIONS in the way?");
    }
    JavaSearch search = JavaSearch.ofThisMachine();
    JavaHome home = search.find();
    if (home == null) {
      fail(search.advice());
    } else {
      start(command(home, needsModule(), arguments));
    }
  }

  /** Returns whether only the Vector API's module is missing; an older Java can't know, and leaves it to the other. */
  private boolean needsModule() throws Exception {
    return isNewEnough() && !hasVectorApi() && unmet(true) == null;
  }

  private static boolean isNewEnough() {
    return majorVersion(System.getProperty("java.specification.version")) >= NEEDED;
  }

  /** Returns 25 for "25.0.3", 8 for "1.8.0_392", 0 for what is no version. */
  static int majorVersion(String version) {
    // "1.8.0_392" is 8. Parsed by hand, as the first regular expression takes a millisecond of each start.
    int from = version.startsWith("1.") ? 2 : 0;
    int end = from;
    while (end < version.length() && version.charAt(end) >= '0' && version.charAt(end) <= '9') {
      end++;
    }
    return end == from || end - from > 6 ? 0 : Integer.parseInt(version.substring(from, end));
  }

  private static boolean hasVectorApi() {
    try {
      Class.forName("jdk.incubator.vector.Vector", false, Launcher.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private void runHere(String[] arguments) throws Exception {
    try {
      Class.forName(mainClass).getMethod("main", String[].class).invoke(null, (Object) arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception) {
        throw (Exception) e.getCause();
      }
      throw e;
    }
  }

  private List<String> command(JavaHome home, boolean withVectorApi, String[] arguments)
      throws IOException, URISyntaxException {
    List<String> command = new ArrayList<String>();
    command.add(home.executable().toString());
    command.addAll(resourceLines());
    List<String> given = optionsOfThisProcess();
    if (withVectorApi) {
      command.add("--add-modules=jdk.incubator.vector");
      command.add("-D" + RELAUNCHED + "=true");
      // Nothing needs the optimizing compiler more than vectors do.
      given.remove(WITHOUT_OPTIMIZING);
    } else {
      command.addAll(options());
    }
    command.addAll(given);
    if (ownOptions() != null) {
      command.addAll(Arrays.asList(ownOptions().split("\\s+")));
    }
    command.add("-cp");
    command.add(Paths.get(Launcher.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    command.add(getClass().getName());
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  /** Returns the user's own options, or null if there are none. */
  static String ownOptions() {
    String own = System.getenv(OPTIONS_VARIABLE);
    return own == null || own.trim().isEmpty() ? null : own.trim();
  }

  /**
   * Returns what the user gave to this Java before {@code -jar}, meant for the program. {@code --add-modules} and the
   * like come back as internal properties of the virtual machine, and are in the options file anyway.
   */
  private static List<String> optionsOfThisProcess() {
    List<String> kept = new ArrayList<String>();
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!option.startsWith("--") && !option.startsWith("-Djdk.module.")) {
        kept.add(option);
      }
    }
    return kept;
  }

  private List<String> resourceLines() throws IOException {
    List<String> lines = new ArrayList<String>();
    try (InputStream in = Launcher.class.getResourceAsStream(options);
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.trim().isEmpty() && !line.startsWith("#")) {
          lines.add(line.trim());
        }
      }
    }
    return lines;
  }

  /**
   * Starts the other Java and ends this process. If this Java is new enough, this process becomes the other one, by
   * {@code execv} through the foreign-function API; an older one starts a child and waits for it.
   */
  private static void start(List<String> command) throws Exception {
    if (isNewEnough() && File.separatorChar == '/') {
      try {
        Class.forName("org.ptilmpq.cli.process.ProcessImage").getMethod("replace", List.class).invoke(null, command);
      } catch (InvocationTargetException e) {
        System.err.println("ptilmpq: starting a child process, as execv failed: " + e.getCause().getMessage());
      }
    }
    System.exit(runChild(command));
  }

  private static int runChild(List<String> command) throws IOException, InterruptedException {
    Process child = new ProcessBuilder(command).inheritIO().start();
    // A signal to this process is meant for the program: pass it on, and let the program end before this does.
    Runnable end =
        () -> {
          child.destroy();
          try {
            child.waitFor();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    Runtime.getRuntime().addShutdownHook(new Thread(end, "end of the child"));
    return child.waitFor();
  }

  private static void fail(String message) {
    System.err.println("ptilmpq: " + message);
    System.exit(1);
  }
}
