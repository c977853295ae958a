package org.ptilmpq.runtime;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.TensorMemory;

/**
 * Threads that compute a kernel's units together with the caller, and sleep in between. One job at a time, from one
 * caller at a time; a job allocates nothing.
 *
 * <p>The caller never waits for a worker to wake up. It opens a job, wakes the sleeping workers, and takes chunks of
 * units from a shared counter like everyone else. When the counter is used up it closes the job: a worker that comes
 * too late finds it closed and goes back to sleep, and the caller waits only for those that are still at a chunk.
 */
final class WorkerPool implements AutoCloseable {

  /**
   * How long a thread keeps looking for a job before it parks. Steps follow each other within microseconds, and waking
   * a parked thread takes about 50; so it pays to look for a while, and no longer than a fraction of what parking
   * costs: an idle session uses no processor time.
   */
  private static final long SPIN_NANOS = 15_000;

  /** Looks between two readings of the clock. */
  private static final int LOOKS = 32;

  /** In {@link #state}: the job takes workers. The bits below count the workers at it, those above number the jobs. */
  private static final long OPEN = 1L << 31;

  private static final long WORKERS = OPEN - 1;

  private static final TensorMemory NO_TENSORS = TensorMemory.onHeap(0, 0);
  private static final Scratch NO_SCRATCH = new Scratch(ScratchSize.NONE);

  private final Worker[] workers;
  private final AtomicLong state = new AtomicLong();
  private final AtomicInteger nextUnit = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile Thread waitingCaller;
  private volatile boolean closed;

  // The job. Written by the caller while no worker is at it, published by the write of the state that opens it.
  private Kernel kernel;
  private TensorMemory tensors;
  private int units;
  private int chunk;

  /**
   * @param threads how many compute, the caller included
   * @param scratch what each thread needs; the caller brings its own
   */
  WorkerPool(int threads, ScratchSize scratch) {
    workers = new Worker[threads - 1];
    try {
      for (int i = 0; i < workers.length; i++) {
        workers[i] = new Worker(new Scratch(scratch), "ptilmpq-worker-" + (i + 1));
      }
      for (Worker worker : workers) {
        worker.start();
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Computes all units of a kernel, and returns when they are done.
   *
   * @param chunk units that a thread takes at a time
   * @throws RuntimeException what the kernel threw on any of the threads; the same goes for errors. The result is
   *     undefined then
   */
  void run(Kernel kernel, TensorMemory tensors, int chunk, Scratch scratch) {
    this.kernel = kernel;
    this.tensors = tensors;
    this.units = kernel.units();
    this.chunk = chunk;
    nextUnit.set(0);
    state.set(((state.get() >>> 32) + 1) << 32 | OPEN);
    wake((units + chunk - 1) / chunk - 1);
    takeChunks(scratch);
    state.addAndGet(-OPEN);
    awaitWorkers();
    rethrowFailure();
  }

  /**
   * Runs a task once for each number from 0 to {@code count} − 1, and returns when all are done: for the work of
   * opening a model. Numbers are taken in ascending order, by {@link #atOnce} threads.
   *
   * @throws RuntimeException what a task threw; others may not have run then. The same goes for errors
   */
  void forEach(int count, IntConsumer task) {
    run(new Tasks(atOnce(workers.length + 1), count, task, new AtomicInteger()), NO_TENSORS, 1, NO_SCRATCH);
  }

  /**
   * How many of this many threads open a model: the memory that a thread takes isn't worth it where the thread would
   * wait for a processor.
   */
  static int atOnce(int threads) {
    return Math.min(threads, Runtime.getRuntime().availableProcessors());
  }

  /** @param units threads that take tasks, one after the other */
  private record Tasks(int units, int count, IntConsumer task, AtomicInteger next) implements Kernel {
    @Override
    public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        task.accept(i);
      }
    }

    @Override
    public String method() {
      return "task";
    }
  }

  private void wake(int most) {
    for (int i = 0; i < workers.length && i < most; i++) {
      if (workers[i].parked) {
        LockSupport.unpark(workers[i]);
      }
    }
  }

  private void takeChunks(Scratch scratch) {
    try {
      for (int first = nextUnit.getAndAdd(chunk); first < units; first = nextUnit.getAndAdd(chunk)) {
        kernel.run(tensors, first, Math.min(units, first + chunk), scratch);
      }
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
      nextUnit.set(units);
    }
  }

  private void awaitWorkers() {
    if ((state.get() & WORKERS) == 0) {
      return;
    }
    long deadline = System.nanoTime() + SPIN_NANOS;
    for (int looks = 1; (state.get() & WORKERS) != 0; looks++) {
      if (looks % LOOKS != 0) {
        Thread.onSpinWait();
      } else if (System.nanoTime() - deadline > 0) {
        parkUntilWorkersLeft();
      }
    }
  }

  private void parkUntilWorkersLeft() {
    waitingCaller = Thread.currentThread();
    while ((state.get() & WORKERS) != 0) {
      // An interrupted thread doesn't park: it then spins for the rest of a chunk, and keeps its interrupt.
      LockSupport.park(this);
    }
    waitingCaller = null;
  }

  private void rethrowFailure() {
    Throwable thrown = failure.getAndSet(null);
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }

  /** Ends the threads, waits until they have ended, and frees their scratch. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    for (Worker worker : workers) {
      if (worker == null) {
        // There was no memory for it.
        continue;
      }
      LockSupport.unpark(worker);
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      worker.scratch.close();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Worker extends Thread {

    private final Scratch scratch;
    private volatile boolean parked;

    Worker(Scratch scratch, String name) {
      super(null, null, name, 0, false);
      this.scratch = scratch;
      setDaemon(true);
    }

    @Override
    public void run() {
      long seen = 0;
      while (awaitJobAfter(seen)) {
        seen = state.get() >>> 32;
        if (enter(seen)) {
          takeChunks(scratch);
          leave();
        }
      }
    }

    /** Returns true when there is a job of another number, false when the pool is closed. */
    private boolean awaitJobAfter(long seen) {
      long deadline = System.nanoTime() + SPIN_NANOS;
      for (int looks = 1; state.get() >>> 32 == seen; looks++) {
        if (closed) {
          return false;
        }
        if (looks % LOOKS != 0) {
          Thread.onSpinWait();
        } else if (System.nanoTime() - deadline > 0) {
          parkUntilJobAfter(seen);
        }
      }
      return true;
    }

    private void parkUntilJobAfter(long seen) {
      parked = true;
      while (state.get() >>> 32 == seen && !closed) {
        LockSupport.park(WorkerPool.this);
        // Nobody has a reason to interrupt a worker; were the flag kept, it would never sleep again.
        Thread.interrupted();
      }
      parked = false;
    }

    private boolean enter(long job) {
      for (long now = state.get(); now >>> 32 == job && (now & OPEN) != 0; now = state.get()) {
        if (state.compareAndSet(now, now + 1)) {
          return true;
        }
      }
      return false;
    }

    private void leave() {
      boolean last = (state.decrementAndGet() & (OPEN | WORKERS)) == 0;
      Thread caller = waitingCaller;
      if (last && caller != null) {
        LockSupport.unpark(caller);
      }
    }
  }
}
