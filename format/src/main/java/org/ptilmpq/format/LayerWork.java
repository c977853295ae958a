package org.ptilmpq.format;

import java.util.function.IntConsumer;

/** Runs the tasks of decoding, which don't depend on each other: one after the other, or on several threads. */
@FunctionalInterface
public interface LayerWork {

  /** All tasks on the calling thread. */
  LayerWork SEQUENTIAL =
      (count, task) -> {
        for (int i = 0; i < count; i++) {
          task.accept(i);
        }
      };

  /**
   * Runs {@code task} once for each number from 0 to {@code count} − 1, in any order, and returns when all are done and
   * what they wrote can be seen by the calling thread.
   */
  void run(int count, IntConsumer task);
}
