package org.ptilmpq.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts the built jars as users do, with the Java that runs the tests. */
final class Processes {

  private static final long MAX_SECONDS = 300;

  private Processes() {}

  /** The exit status and output of a process. */
  record Result(int exit, String out, String err) {

    /** Everything that a failed assertion should show. */
    @Override
    public String toString() {
      return "exit status " + exit + "\nstdout: " + out + "\nstderr: " + err;
    }
  }

  static Path jar(String name) {
    return Path.of(System.getProperty("ptilmpq.jars"), name);
  }

  static Path projectRoot() {
    return Path.of(System.getProperty("ptilmpq.root"));
  }

  static Path javaHome() {
    return Path.of(System.getProperty("java.home"));
  }

  static String java() {
    return javaHome().resolve("bin/java").toString();
  }

  /** Runs {@code java -jar ptilmpq-run.jar …}. */
  static Result run(Object... arguments) throws IOException, InterruptedException {
    return jar("ptilmpq-run.jar", arguments);
  }

  /** Runs {@code java -jar ptilmpq-quantize.jar …}. */
  static Result quantize(Object... arguments) throws IOException, InterruptedException {
    return jar("ptilmpq-quantize.jar", arguments);
  }

  private static Result jar(String name, Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(java(), "-jar", jar(name).toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return start(command, Map.of(), Path.of("."), Path.of("/dev/null"));
  }

  /**
   * @param environment added to this process's own
   * @param input file that standard input comes from
   */
  static Result start(List<String> command, Map<String, String> environment, Path folder, Path input)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("ptilmpq", ".out");
    Path err = Files.createTempFile("ptilmpq", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectInput(input.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "still running after " + MAX_SECONDS + " s: " + command + "\n" + Files.readString(err));
      }
      return new Result(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }
}
