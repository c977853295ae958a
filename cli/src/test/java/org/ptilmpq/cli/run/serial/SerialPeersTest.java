package org.ptilmpq.cli.run.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.cli.run.serial.SerialStatistics.Statistic;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.testkit.Seeds;

/**
 * The examples of the device's end against the server, over a line with noise: in C, in Python, in MicroPython. They
 * need cc, python3, node and MicroPython's npm package, so they run with {@code -Pserial-peers
 * -Dmicropython=…/micropython.mjs}, as in {@code .ci/run}.
 */
@Tag("serial-peers")
class SerialPeersTest {

  private static final Path EXAMPLES = Path.of("../examples/serial").toAbsolutePath().normalize();
  private static final Path SCRIPTS = Path.of("src/test/resources/serial").toAbsolutePath();
  private static final int PLAIN_PICTURES = 12;
  private static final int LARGE_PICTURES = 4;
  private static final double DAMAGE = 0.0005;
  private static final int MAX_BURST = 40;
  private static final long MAX_SECONDS = 120;

  @TempDir private Path folder;

  @Test
  void cDevice() throws Exception {
    Path program = folder.resolve("ptilmpq_send");
    run(
        List.of(
            "cc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsanitize=address,undefined", "-o",
            program.toString(), example("ptilmpq_send.c"), example("ptilmpq_serial.c")));
    converse(List.of(program.toString()));
  }

  @Test
  void pythonDevice() throws Exception {
    converse(
        List.of("env", "PYTHONPATH=" + EXAMPLES, "PYTHONDONTWRITEBYTECODE=1", "python3", script("send_pictures.py")));
  }

  @Test
  void microPythonDevice() throws Exception {
    String micropython = System.getProperty("ptilmpq.micropython", "");
    assertThat(micropython).as("-Dmicropython=…/micropython.mjs").endsWith(".mjs");
    converse(
        List.of(
            "node", script("send_pictures.mjs"), Path.of(micropython).toAbsolutePath().toString(),
            example("ptilmpq_serial.py"), script("send_pictures.py")));
  }

  private static String example(String name) {
    return EXAMPLES.resolve(name).toString();
  }

  private static String script(String name) {
    return SCRIPTS.resolve(name).toString();
  }

  /** Runs a device with the port and pictures after its command, and compares its output with what is right. */
  private void converse(List<String> command) throws Exception {
    Noise noise = new Noise(Seeds.random("SerialPeersTest", 6), DAMAGE, MAX_BURST);
    try (Session session = SmallPictures.session();
        NoisyWire wire = new NoisyWire(noise)) {
      List<String> arguments = new ArrayList<>(command);
      arguments.add(wire.devicePort().toString());
      List<String> expected = new ArrayList<>();
      expected.add("crc32c E3069283");
      expected.add("host 1 32 32 10 " + ServerThread.MAX_PICTURE + " 1 " + session.model().name());
      addPictures(session, SmallPictures.plain(session), PLAIN_PICTURES, arguments, expected);
      addPictures(session, SmallPictures.large(session), LARGE_PICTURES, arguments, expected);
      arguments.add(Files.writeString(folder.resolve("no-picture"), "this is no picture").toString());
      expected.add("refused 2 ");
      try (ServerThread server = new ServerThread(wire.hostPort(), session)) {
        List<String> lines = run(arguments);
        assertThat(lines).hasSize(expected.size() + 1);
        for (int i = 0; i < expected.size(); i++) {
          assertThat(lines.get(i)).startsWith(expected.get(i));
        }
        assertThat(lines.getLast()).isEqualTo("pictures " + server.statistics().value(Statistic.PICTURES));
        assertThat(server.statistics().value(Statistic.DAMAGED)).as("frames damaged by noise").isPositive();
      }
    }
  }

  private void addPictures(
      Session session, SmallPictures pictures, int count, List<String> arguments, List<String> expected)
      throws IOException {
    for (int number : IntStream.range(0, count).toArray()) {
      Path file = Files.createTempFile(folder, "picture", "");
      arguments.add(Files.write(file, pictures.encoded(number)).toString());
      String label = session.model().labels().get(pictures.classOf(number));
      expected.add("result " + pictures.classOf(number) + " " + pictures.probabilityOf(number) + " " + label);
    }
  }

  /** Runs a command and returns its lines on standard output. */
  private List<String> run(List<String> command) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError("no end: " + command + Files.readString(out) + Files.readString(err));
    }
    assertThat(process.exitValue()).as(command + "\n" + Files.readString(out) + Files.readString(err)).isZero();
    return Files.readAllLines(out);
  }
}
