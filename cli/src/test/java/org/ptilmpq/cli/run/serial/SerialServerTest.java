package org.ptilmpq.cli.run.serial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.run.serial.SerialLink.Connector;
import org.ptilmpq.cli.run.serial.SerialServer.Receiver;
import org.ptilmpq.cli.run.serial.SerialStatistics.Statistic;

/** The server's loop over a line that the test makes up. */
class SerialServerTest {

  private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
  private final SerialStatistics statistics = new SerialStatistics();

  /** A line on which one byte comes and then nothing, and which takes no byte. */
  private static final class FullLine implements SerialLink, Connector {
    private int reads;
    private int written;
    private int pending = 3990;
    private int failuresOfRead;
    private int refusals;
    private int connections;

    @Override
    public SerialLink connect() throws CommandException {
      if (connections++ > 0 && refusals-- > 0) {
        throw new CommandException(ExitCode.FAILED, "made-up line is not there");
      }
      return this;
    }

    @Override
    public void atEnd(Runnable action) {}

    @Override
    public String name() {
      return "made-up line";
    }

    @Override
    public int read(byte[] into) throws IOException {
      if (failuresOfRead-- > 0) {
        throw new IOException("unplugged");
      }
      return reads++ == 0 ? 1 : 0;
    }

    @Override
    public int pending() {
      return pending;
    }

    @Override
    public void write(byte[] bytes, int length) {
      written += length;
    }

    @Override
    public void close() {}
  }

  /** Calls the server back, and ends it when the silence has become too long. */
  private static final class Calls implements Receiver {
    private SerialServer server;
    private int abandoned;
    private boolean inside = true;

    @Override
    public void accept(byte[] bytes, int count) throws IOException {
      server.write(new byte[20], 20);
      server.write(new byte[5], 5);
    }

    @Override
    public boolean isInside() {
      return inside;
    }

    @Override
    public void abandon() {
      abandoned++;
      inside = false;
      server.stop();
    }
  }

  private Calls run(FullLine line) throws Exception {
    Calls calls = new Calls();
    calls.server = server(line);
    calls.server.run(calls);
    return calls;
  }

  private SerialServer server(Connector connector) {
    return new SerialServer(connector, statistics, 100, new PrintStream(messages, true, StandardCharsets.UTF_8));
  }

  @Test
  void answersThatCanNotGoOutAreDropped() throws Exception {
    FullLine line = new FullLine();
    run(line);
    assertThat(line.written).isEqualTo(5);
    assertThat(statistics.value(Statistic.UNSENT)).isEqualTo(1);
    assertThat(statistics.value(Statistic.SENT_BYTES)).isEqualTo(5);
  }

  @Test
  void whatFallsSilentIsGivenUpOnce() throws Exception {
    FullLine line = new FullLine();
    line.pending = 0;
    assertThat(run(line).abandoned).isEqualTo(1);
    assertThat(line.written).isEqualTo(25);
  }

  @Test
  void reasonsAreToldOnce() throws Exception {
    FullLine line = new FullLine();
    line.failuresOfRead = 1;
    line.refusals = 3;
    Calls calls = new Calls();
    calls.server = server(line);
    Thread thread = new Thread(() -> runQuietly(calls));
    thread.start();
    while (line.connections < 4 && thread.isAlive()) {
      Thread.sleep(5);
    }
    thread.join();
    assertThat(messages.toString(StandardCharsets.UTF_8))
        .containsOnlyOnce("unplugged; waiting for it")
        .doesNotContain("is not there\nptilmpq: made-up line is not there");
  }

  private static void runQuietly(Calls calls) {
    try {
      calls.server.run(calls);
    } catch (CommandException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void portsThatCannotBeServedSayWhatToDo(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no port");
    assertRefused(folder.resolve("missing"), ExitCode.WRONG_USE, "no such serial port");
    assertRefused(file, ExitCode.WRONG_USE, "is not a serial port");
  }

  private static void assertRefused(Path port, int exitCode, String message) {
    assertThatThrownBy(() -> new SerialPortConnector(port, 9600, false).connect())
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).as("exit status").isEqualTo(exitCode))
        .hasMessageContaining(port.toString())
        .hasMessageContaining(message);
  }

  @Test
  void librariesAreThereForThePlatformsThatAreServed() {
    for (String platform : new String[] {"Linux amd64", "Linux aarch64", "Mac OS X aarch64", "Mac OS X x86_64"}) {
      int blank = platform.lastIndexOf(' ');
      String resource = SerialLibrary.resource(platform.substring(0, blank), platform.substring(blank + 1));
      assertThat(SerialLibrary.class.getResource(resource)).as(platform).isNotNull();
    }
    assertThat(SerialLibrary.class.getResource(SerialLibrary.resource("Linux", "arm"))).isNull();
    assertThat(SerialLibrary.class.getResource(SerialLibrary.resource("Windows 11", "amd64"))).isNull();
  }
}
