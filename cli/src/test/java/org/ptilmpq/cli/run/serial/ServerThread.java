package org.ptilmpq.cli.run.serial;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.ptilmpq.cli.run.serial.Answers.Host;
import org.ptilmpq.cli.run.serial.SerialServer.Receiver;
import org.ptilmpq.runtime.Session;

/** The server as {@code serve} puts it together, on a thread of the test. */
final class ServerThread implements AutoCloseable {

  static final int MAX_PICTURE = 64 * 1024;

  private static final int SILENCE_MILLIS = 2000;
  private static final long END_MILLIS = 30_000;

  private final SerialStatistics statistics = new SerialStatistics();
  private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
  private final SerialServer server;
  private final Thread thread;
  private volatile Throwable failure;

  /** Starts a server with frames in and frames out. */
  ServerThread(Path port, Session session) {
    SerialPortConnector connector = new SerialPortConnector(port, 115_200, false);
    PrintStream print = new PrintStream(messages, true, StandardCharsets.UTF_8);
    server = new SerialServer(connector, statistics, SILENCE_MILLIS, print);
    Host host = Host.of(session.model(), MAX_PICTURE, 1);
    Service service = new Service(session::rank, host, new FrameAnswers(server), statistics);
    FrameReceiver receiver = new FrameReceiver(MAX_PICTURE, service, statistics);
    thread = new Thread(() -> serve(receiver), "serial-server");
    thread.start();
  }

  private void serve(Receiver receiver) {
    try {
      server.run(receiver);
    } catch (Throwable e) {
      failure = e;
    }
  }

  SerialStatistics statistics() {
    return statistics;
  }

  Thread thread() {
    return thread;
  }

  String messages() {
    return messages.toString(StandardCharsets.UTF_8);
  }

  /** Ends the server, and fails if it had ended by itself. */
  @Override
  public void close() {
    server.stop();
    try {
      thread.join(END_MILLIS);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    if (thread.isAlive()) {
      throw new AssertionError("the server doesn't end");
    }
    if (failure != null) {
      throw new AssertionError("the server failed", failure);
    }
  }
}
