package org.ptilmpq.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@code java -jar ptilmpq-run.jar …} that a test talks to while it runs. Its stderr goes to a file. */
final class LiveProcess implements AutoCloseable {

  private static final long MAX_SECONDS = 300;

  private final Process process;
  private final Path err;
  private final BufferedReader out;

  private LiveProcess(Process process, Path err) {
    this.process = process;
    this.err = err;
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  static LiveProcess start(Object... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of(Processes.java(), "-jar", Processes.jar("ptilmpq-run.jar").toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path err = Files.createTempFile("ptilmpq", ".err");
    return new LiveProcess(new ProcessBuilder(command).redirectError(err.toFile()).start(), err);
  }

  /** Returns its standard input. */
  OutputStream in() {
    return process.getOutputStream();
  }

  /** Returns the next line on its standard output; null at the end. */
  String line() throws IOException {
    return out.readLine();
  }

  BufferedReader out() {
    return out;
  }

  /** Waits for its end and returns the exit status. */
  int exit() throws InterruptedException {
    if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running after " + MAX_SECONDS + " s; stderr: " + err());
    }
    return process.exitValue();
  }

  /** Returns what it has written to standard error so far. */
  String err() {
    try {
      return Files.readString(err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns its memory now, in bytes. */
  long residentBytes() throws IOException {
    return status("VmRSS:");
  }

  /** Returns the most memory it ever had, in bytes. */
  long peakBytes() throws IOException {
    return status("VmHWM:");
  }

  private long status(String field) throws IOException {
    String status = Files.readString(Path.of("/proc/" + process.pid() + "/status"));
    String line = status.lines().filter(text -> text.startsWith(field)).findFirst().orElseThrow();
    return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
  }

  /** Ends it as {@code kill} does; {@link Process#destroy} would also close its streams. */
  void terminate() {
    process.toHandle().destroy();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(err);
  }
}
