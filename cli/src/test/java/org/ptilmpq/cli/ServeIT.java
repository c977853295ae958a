package org.ptilmpq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.testkit.PtyPair;

/** {@code serve --serial} as users start it. */
class ServeIT {

  /** The message {@code HELLO}, as in docs/serial.md. */
  private static final byte[] HELLO = HexFormat.of().parseHex("00030101060102F008C200");

  private static final Path EXAMPLES = Processes.projectRoot().resolve("examples");
  private static final Path MODEL = EXAMPLES.resolve("resnet20-cifar10.pq");
  private static final int TERMINATED = 143;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);

  @TempDir private Path folder;

  /** A server in a process of its own. */
  private final class Server implements AutoCloseable {
    private final PtyPair line;
    private final Path err = folder.resolve("err");
    private final Process process;
    private final StringBuilder got = new StringBuilder();

    Server(PtyPair line, String... options) throws IOException {
      this.line = line;
      List<String> command =
          new ArrayList<>(
              List.of(
                  Processes.java(), "-jar", Processes.jar("ptilmpq-run.jar").toString(), "serve", MODEL.toString(),
                  "--serial", line.device().toString(), "--threads=1"));
      command.addAll(List.of(options));
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
      builder.environment().put("PTILMPQ_JAVA_OPTS", "-Djava.io.tmpdir=" + folder);
      process = builder.start();
    }

    /** Reads until a text has arrived; bytes are characters. */
    String await(String text) throws IOException {
      byte[] chunk = new byte[1024];
      long start = System.nanoTime();
      while (got.indexOf(text) < 0) {
        assertThat(System.nanoTime() - start).as("waiting for %s, got %s", text, got).isLessThan(PATIENCE_NANOS);
        assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
        got.append(new String(chunk, 0, line.read(chunk, 100), StandardCharsets.ISO_8859_1));
      }
      return got.toString();
    }

    /** Ends the server as the system would, and returns what it said. */
    String terminate() throws IOException, InterruptedException {
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();
      assertThat(process.exitValue()).as(Files.readString(err)).isEqualTo(TERMINATED);
      return Files.readString(err);
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @Test
  void jpegsAreAnsweredByLines() throws Exception {
    try (PtyPair line = new PtyPair();
        Server server = new Server(line, "--link", "jpeg", "--top=2")) {
      byte[] picture = Files.readAllBytes(EXAMPLES.resolve("rocket.jpg"));
      line.write(picture, 0, picture.length);
      assertThat(server.await("\n")).matches("#1 8 \\d+ ship\\|\\d \\d+ [a-z]+\n");
      line.write(new byte[] {'?', '\n'}, 0, 2);
      assertThat(server.await("%1 ")).doesNotContain("!");
      assertThat(server.terminate())
          .contains("serving on " + line.device())
          .contains("pictures 1, results 1, errors 0")
          .doesNotContain("unplugged");
    }
  }

  @Test
  void framesAreAnsweredByFramesAndNothingIsLeftBehind() throws Exception {
    try (PtyPair line = new PtyPair();
        Server server = new Server(line, "--baud", "1000000", "--memory", "200MB")) {
      line.write(HELLO, 0, HELLO.length);
      assertThat(server.await("resnet20")).contains("\u0081\u0001");
      try (Stream<Path> left = Files.list(folder)) {
        assertThat(left.map(Path::getFileName).map(Path::toString)).containsExactly("err");
      }
      Processes.Result second = Processes.run("serve", MODEL, "--serial", line.device());
      assertThat(second.exit()).as("%s", second).isEqualTo(ExitCode.FAILED);
      assertThat(second.err()).contains("is used by another program");
      server.terminate();
    }
  }

  @Test
  void wrongUseIsSaidToBe() throws Exception {
    assertRefused(ExitCode.WRONG_USE, "no such serial port", "--serial", folder.resolve("none"));
    assertRefused(ExitCode.WRONG_USE, "--baud must be 300 to 4000000", "--serial", "x", "--baud", "12");
    assertRefused(ExitCode.WRONG_USE, "--top must be 1 to 20", "--serial", "x", "--top", "21");
    assertRefused(ExitCode.WRONG_USE, "--serial", "--baud", "9600");
    assertRefused(ExitCode.OVER_MEMORY_CAP, "--max-picture", "--serial", "x", "--max-picture", "1GB");
  }

  @Test
  void aLibraryThatCannotBeUnpackedIsToldOf() throws Exception {
    try (PtyPair line = new PtyPair()) {
      List<String> command =
          List.of(
              Processes.java(), "-jar", Processes.jar("ptilmpq-run.jar").toString(), "serve", MODEL.toString(),
              "--serial", line.device().toString());
      Map<String, String> environment = Map.of("PTILMPQ_JAVA_OPTS", "-Djava.io.tmpdir=" + folder.resolve("none"));
      Processes.Result result = Processes.start(command, environment, folder, Path.of("/dev/null"));
      assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.FAILED);
      assertThat(result.err()).contains("can't be loaded from " + folder.resolve("none")).contains("-Djava.io.tmpdir");
    }
  }

  private static void assertRefused(int exitCode, String message, Object... options) throws Exception {
    List<Object> arguments = new ArrayList<>(List.of("serve", MODEL));
    arguments.addAll(List.of(options));
    Processes.Result result = Processes.run(arguments.toArray());
    assertThat(result.exit()).as("%s", result).isEqualTo(exitCode);
    assertThat(result.err()).contains(message).doesNotContain("\tat ");
    assertThat(result.out()).isEmpty();
  }
}
