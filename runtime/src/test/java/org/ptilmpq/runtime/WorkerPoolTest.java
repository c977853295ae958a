package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.TensorMemory;

@Timeout(60)
class WorkerPoolTest {

  private static final TensorMemory TENSORS = TensorMemory.onHeap(1, 1);
  private final Scratch scratch = new Scratch(ScratchSize.NONE);

  /** A kernel of this many units that does something with each. */
  private record Units(int units, Unit unit) implements Kernel {

    private interface Unit {
      void run(int unit);
    }

    @Override
    public String method() {
      return "test";
    }

    @Override
    public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
      for (int i = first; i < end; i++) {
        unit.run(i);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,0", "1,7", "2,0", "2,1", "4,53"})
  void everyTaskRunsOnceAndFailuresComeBack(int threads, int count) {
    try (WorkerPool pool = new WorkerPool(threads, ScratchSize.NONE)) {
      for (int job = 0; job < 500; job++) {
        int[] done = new int[count];
        pool.forEach(count, i -> done[i]++);
        assertThat(done).containsOnly(count == 0 ? new int[0] : new int[] {1}).hasSize(count);
      }
      if (count > 0) {
        assertThatThrownBy(() -> pool.forEach(count, i -> { throw new IllegalStateException("task " + i); }))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith("task ");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "1,17,3", "2,1,1", "2,100,7", "3,1000,1", "4,5,100", "8,64,2", "4,37,37"})
  void everyUnitIsComputedOnceAndDoneWhenRunReturns(int threads, int units, int chunk) {
    try (WorkerPool pool = new WorkerPool(threads, ScratchSize.NONE)) {
      for (int job = 0; job < 2_000; job++) {
        AtomicIntegerArray done = new AtomicIntegerArray(units);
        pool.run(new Units(units, done::incrementAndGet), TENSORS, chunk, scratch);
        for (int i = 0; i < units; i++) {
          assertThat(done.get(i)).as("job %d, unit %d", job, i).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void parkedWorkersWakeUpAndTakePart() throws Exception {
    try (WorkerPool pool = new WorkerPool(3, ScratchSize.NONE)) {
      for (int round = 0; round < 20; round++) {
        awaitParkedWorkers(2);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(3);
        Units meeting =
            new Units(
                3,
                unit -> {
                  threads.add(Thread.currentThread());
                  all.countDown();
                  await(all);
                });
        pool.run(meeting, TENSORS, 1, scratch);
        assertThat(threads).hasSize(3).contains(Thread.currentThread());
      }
    }
  }

  @Test
  void scratchIsEachThreadsOwn() {
    Set<Scratch> seen = ConcurrentHashMap.newKeySet();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch all = new CountDownLatch(4);
    Kernel kernel =
        new Kernel() {
          @Override
          public int units() {
            return 4;
          }

          @Override
          public void run(TensorMemory tensors, int first, int end, Scratch own) {
            seen.add(own);
            threads.add(Thread.currentThread());
            all.countDown();
            await(all);
          }

          @Override
          public String method() {
            return "test";
          }
        };
    try (WorkerPool pool = new WorkerPool(4, ScratchSize.NONE)) {
      pool.run(kernel, TENSORS, 1, scratch);
    }
    assertThat(threads).hasSize(4);
    assertThat(seen).hasSize(4).contains(scratch);
  }

  @Test
  void exceptionOfAnyThreadReachesTheCallerAndThePoolStaysUsable() {
    try (WorkerPool pool = new WorkerPool(2, ScratchSize.NONE)) {
      for (int failing = 0; failing < 50; failing++) {
        int bad = failing;
        Units kernel =
            new Units(
                50,
                unit -> {
                  if (unit == bad) {
                    throw new IllegalStateException("unit " + unit);
                  }
                });
        assertThatThrownBy(() -> pool.run(kernel, TENSORS, 1, scratch))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("unit " + bad);
        AtomicIntegerArray done = new AtomicIntegerArray(9);
        pool.run(new Units(9, done::incrementAndGet), TENSORS, 2, scratch);
        assertThat(done.toString()).isEqualTo("[1, 1, 1, 1, 1, 1, 1, 1, 1]");
      }
    }
  }

  @Test
  void errorOfAWorkerReachesTheCaller() {
    Thread caller = Thread.currentThread();
    CountDownLatch workerIsIn = new CountDownLatch(1);
    Units kernel =
        new Units(
            2,
            unit -> {
              if (Thread.currentThread() != caller) {
                workerIsIn.countDown();
                throw new StackOverflowError("of a worker");
              }
              await(workerIsIn);
            });
    try (WorkerPool pool = new WorkerPool(2, ScratchSize.NONE)) {
      assertThatThrownBy(() -> pool.run(kernel, TENSORS, 1, scratch)).isInstanceOf(StackOverflowError.class);
    }
  }

  @Test
  void idleWorkersParkAndClosedPoolsHaveNoThreads() throws Exception {
    WorkerPool pool = new WorkerPool(4, ScratchSize.NONE);
    pool.run(new Units(100, unit -> {}), TENSORS, 1, scratch);
    awaitParkedWorkers(3);
    assertThat(workers()).hasSize(3).allMatch(Thread::isDaemon);
    pool.close();
    assertThat(workers()).isEmpty();
  }

  @Test
  void interruptedCallerFinishesItsJobAndStaysInterrupted() {
    try (WorkerPool pool = new WorkerPool(2, ScratchSize.NONE)) {
      AtomicIntegerArray done = new AtomicIntegerArray(20);
      Thread.currentThread().interrupt();
      Units slow =
          new Units(
              20,
              unit -> {
                LockSupport.parkNanos(100_000);
                done.incrementAndGet(unit);
              });
      pool.run(slow, TENSORS, 1, scratch);
      assertThat(Thread.interrupted()).isTrue();
      for (int i = 0; i < 20; i++) {
        assertThat(done.get(i)).isEqualTo(1);
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("the other threads never came");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Set<Thread> workers() {
    Set<Thread> workers = ConcurrentHashMap.newKeySet();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("ptilmpq-worker-")) {
        workers.add(thread);
      }
    }
    return workers;
  }

  private static void awaitParkedWorkers(int count) throws InterruptedException {
    while (workers().stream().filter(t -> t.getState() == Thread.State.WAITING).count() < count) {
      Thread.sleep(1);
    }
  }
}
