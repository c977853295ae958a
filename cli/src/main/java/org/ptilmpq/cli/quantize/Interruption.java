package org.ptilmpq.cli.quantize;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Handles Ctrl-C, or the system asking the process to end: interrupts the work, gives it a moment to delete what is
 * half done, and prints a line on what became of the output. The virtual machine then ends with its own status for the
 * signal, 130 or 143.
 *
 * <p>While it is open, the thread that opened it does the work.
 */
final class Interruption implements AutoCloseable {

  private static final long MAX_SECONDS = 2;

  private final Path output;
  private final PrintStream err;
  private final List<Object> before;
  private final Thread worker = Thread.currentThread();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupt, "interruption");
  private volatile boolean underWay;

  /**
   * @param output the file that the work makes or replaces
   */
  Interruption(Path output, PrintStream err) {
    this.output = output;
    this.err = err;
    this.before = identity(output);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Returns whether a signal is being handled: then nothing more needs to be reported. */
  boolean isUnderWay() {
    return underWay;
  }

  private void interrupt() {
    underWay = true;
    worker.interrupt();
    try {
      ended.await(MAX_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    err.println(System.lineSeparator() + "ptilmpq: interrupted; " + state());
    err.flush();
  }

  private String state() {
    List<Object> now = identity(output);
    if (now.equals(before)) {
      return now.isEmpty() ? "nothing was written" : output + " is as it was before";
    }
    return output + " is written and whole";
  }

  /** Returns what distinguishes a file from the one that replaces it; empty if there is no file. */
  private static List<Object> identity(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return List.of(
          attributes.size(), attributes.lastModifiedTime(), Objects.requireNonNullElse(attributes.fileKey(), ""));
    } catch (IOException e) {
      return List.of();
    }
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The virtual machine is ending: the hook is running, and waited for this.
    }
  }
}
