package org.ptilmpq.quantizer.calibration;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs independent tasks on several threads and hands their results over in the order of the tasks, on the caller's
 * thread: sums come out the same to the bit, however many threads there are. Few results wait at any time.
 */
public final class OrderedWork implements AutoCloseable {

  private final ExecutorService executor;
  private final int ahead;

  /** A task: makes the result of an index. */
  @FunctionalInterface
  public interface Task<T> {
    T make(int index);
  }

  /** Takes the results, in order. */
  @FunctionalInterface
  public interface Receiver<T> {
    void take(int index, T result);
  }

  public OrderedWork(int threads) {
    executor =
        Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().name("quantizer-", 0).factory());
    ahead = 2 * threads;
  }

  /**
   * Makes and takes the results of 0 … count−1.
   *
   * @throws CancellationException when the calling thread is interrupted; its interrupt status stays set
   */
  public <T> void run(int count, Task<T> task, Receiver<T> receiver) {
    Deque<Future<T>> waiting = new ArrayDeque<>();
    int submitted = 0;
    try {
      for (int index = 0; index < count; index++) {
        while (submitted < count && waiting.size() < ahead) {
          int next = submitted++;
          waiting.add(executor.submit(() -> task.make(next)));
        }
        receiver.take(index, waiting.remove().get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (CancellationException) new CancellationException("interrupted").initCause(e);
    } catch (ExecutionException e) {
      throw unchecked(e.getCause());
    } finally {
      waiting.forEach(future -> future.cancel(true));
    }
  }

  private static RuntimeException unchecked(Throwable cause) {
    switch (cause) {
      case RuntimeException e -> {
        return e;
      }
      case Error e -> throw e;
      default -> throw new AssertionError("a task can't throw this", cause);
    }
  }

  /** Ends the threads. */
  @Override
  public void close() {
    executor.shutdownNow();
  }
}
