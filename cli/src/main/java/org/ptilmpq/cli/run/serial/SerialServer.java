package org.ptilmpq.cli.run.serial;

import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.run.serial.SerialLink.Connector;
import org.ptilmpq.cli.run.serial.SerialStatistics.Statistic;
import org.ptilmpq.cli.run.stream.PictureLoop;
import org.ptilmpq.runtime.Session;

/**
 * Reads the line, hands what comes to a {@link Receiver}, and waits for the line to come back whenever it is gone. One
 * thread does it all: while a picture is classified, the operating system keeps what comes.
 */
public final class SerialServer implements Answers.Output {

  /** Makes pictures and requests from the bytes that come, and passes them to a {@link Service}. */
  interface Receiver {

    /**
     * Takes bytes from the line.
     *
     * @throws IOException when the line is gone before something could be answered
     */
    void accept(byte[] bytes, int count) throws IOException;

    /** Returns whether something has begun, so that silence means that its sender stopped in the middle. */
    boolean isInside();

    /** Gives up what has begun: the sender fell silent, or the line is a new one. */
    void abandon();
  }

  private static final int CHUNK = 4096;

  /** Most bytes that wait on their way out: drivers have a page for them. */
  private static final int MAX_PENDING = 4000;

  /** An answer that can't go out for this long is useless. */
  private static final long WRITE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** How long the end of the process waits for the picture that is being classified. */
  private static final long END_SECONDS = 3;

  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long FIRST_WAIT_MILLIS = 50;
  private static final long MAX_WAIT_MILLIS = 2000;

  private final byte[] chunk = new byte[CHUNK];
  private final Connector connector;
  private final SerialStatistics statistics;
  private final long silenceNanos;
  private final PrintStream messages;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopped;
  private SerialLink link;

  /**
   * @param silenceMillis after this long a silence, what has begun is given up
   * @param messages where human-readable messages go
   */
  SerialServer(Connector connector, SerialStatistics statistics, int silenceMillis, PrintStream messages) {
    this.connector = connector;
    this.statistics = statistics;
    this.silenceNanos = TimeUnit.MILLISECONDS.toNanos(silenceMillis);
    this.messages = messages;
  }

  /**
   * Serves a model on the line of the options until the process is ended.
   *
   * @param top classes in a result
   * @throws CommandException when a number is out of range, or the port can't be opened
   * @throws InterruptedException when the thread is interrupted
   */
  public static void serve(Session session, SerialOptions options, int top)
      throws CommandException, InterruptedException {
    SerialOptions.inRange("--top", top, 1, Answers.MAX_CLASSES);
    int longest = options.longestPicture(session.pictureBytes());
    SerialStatistics statistics = new SerialStatistics();
    SerialServer server = new SerialServer(options.connector(), statistics, options.timeoutMillis(), System.err);
    Answers<?> answers = options.answersInLines() ? new LineAnswers(server) : new FrameAnswers(server);
    Answers.Host host = Answers.Host.of(session.model(), longest, top);
    Service service = new Service(new PictureLoop(session)::rank, host, answers, statistics);
    server.run(
        options.isJpegLink()
            ? new JpegReceiver(longest, service, statistics)
            : new FrameReceiver(longest, service, statistics));
  }

  /**
   * Serves until {@link #stop}.
   *
   * @param receiver takes what comes; its answers go to this server
   * @throws CommandException when the line can't be opened the first time
   * @throws InterruptedException when the thread is interrupted while the line is gone
   */
  void run(Receiver receiver) throws CommandException, InterruptedException {
    link = connector.connect();
    connector.atEnd(this::end);
    messages.println("ptilmpq: serving on " + connector.name());
    try {
      while (!stopped) {
        serveOrReconnect(receiver);
      }
    } finally {
      link.close();
      ended.countDown();
    }
  }

  private void serveOrReconnect(Receiver receiver) throws InterruptedException {
    try {
      serve(receiver);
    } catch (IOException e) {
      receiver.abandon();
      link.close();
      messages.println("ptilmpq: " + connector.name() + ": " + e.getMessage() + "; waiting for it");
      reconnect();
    }
  }

  /** Leaves the line before its library closes it under the reader's feet. */
  private void end() {
    stop();
    try {
      ended.await(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    messages.println("ptilmpq: " + statistics);
  }

  /** Ends {@link #run} within moments. */
  void stop() {
    stopped = true;
  }

  private void serve(Receiver receiver) throws IOException {
    long heard = System.nanoTime();
    while (!stopped) {
      int count = link.read(chunk);
      if (count > 0) {
        statistics.add(Statistic.RECEIVED_BYTES, count);
        receiver.accept(chunk, count);
        heard = System.nanoTime();
      } else if (receiver.isInside() && System.nanoTime() - heard > silenceNanos) {
        receiver.abandon();
      }
    }
  }

  private void reconnect() throws InterruptedException {
    String told = "";
    long wait = FIRST_WAIT_MILLIS;
    while (!stopped) {
      try {
        link = connector.connect();
        statistics.count(Statistic.RECONNECTIONS);
        messages.println("ptilmpq: " + connector.name() + " is back");
        return;
      } catch (CommandException e) {
        // A reason is printed once: a line may be away for days.
        if (!e.getMessage().equals(told)) {
          told = e.getMessage();
          messages.println("ptilmpq: " + told);
        }
        Thread.sleep(wait);
        wait = Math.min(2 * wait, MAX_WAIT_MILLIS);
      }
    }
  }

  /**
   * Drops the answer where the device takes none, or holds its flow control: with an endless wait, what it sends would
   * stay unread, and each end would wait for the other.
   */
  @Override
  public void write(byte[] bytes, int length) throws IOException {
    long start = System.nanoTime();
    while (link.pending() + length > MAX_PENDING) {
      if (System.nanoTime() - start > WRITE_NANOS) {
        statistics.count(Statistic.UNSENT);
        return;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    link.write(bytes, length);
    statistics.add(Statistic.SENT_BYTES, length);
  }
}
