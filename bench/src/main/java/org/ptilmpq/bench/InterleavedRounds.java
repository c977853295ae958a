package org.ptilmpq.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Times tasks in turn, A B C A B C …, so that a machine that gets slower or faster does so to all alike. A turn is as
 * many runs of a task as take about {@code turnNanos}; its time is their mean.
 *
 * @param warmUpNanos how long each task runs untimed at least, so that the JIT has had its time
 * @param warmUpRuns and how often: a first run may take seconds, and the compiler sees no more of it than of any other
 * @param turnNanos long enough that the clock's resolution and a cold cache don't show
 */
record InterleavedRounds(long warmUpNanos, int warmUpRuns, long turnNanos) {

  /**
   * Milliseconds of one run, [task][round].
   *
   * @param rounds at least 1
   * @param progress receives each step, human-readable
   */
  double[][] run(List<? extends Runnable> tasks, int rounds, Consumer<String> progress) {
    int[] runs = new int[tasks.size()];
    for (int t = 0; t < runs.length; t++) {
      progress.accept("warm-up " + (t + 1) + " of " + runs.length);
      runs[t] = warmUp(tasks.get(t));
    }
    double[][] milliseconds = new double[tasks.size()][rounds];
    for (int round = 0; round < rounds; round++) {
      progress.accept("round " + (round + 1) + " of " + rounds);
      for (int t = 0; t < runs.length; t++) {
        milliseconds[t][round] = turn(tasks.get(t), runs[t]) * 1e-6 / runs[t];
      }
    }
    return milliseconds;
  }

  /** Returns how many runs make a turn. */
  private int warmUp(Runnable task) {
    long start = System.nanoTime();
    long last = turnNanos;
    for (int i = 0; i < warmUpRuns || System.nanoTime() - start < warmUpNanos; i++) {
      last = turn(task, 1);
    }
    return Math.clamp(turnNanos / Math.max(1, last), 1, 10_000);
  }

  private static long turn(Runnable task, int runs) {
    long start = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      task.run();
    }
    return System.nanoTime() - start;
  }

  /** Milliseconds of one inference over many rounds. */
  record Latency(double median, double p90, double min) {

    /** Returns the latency of at least one measured value. */
    static Latency of(double[] milliseconds) {
      double[] sorted = milliseconds.clone();
      Arrays.sort(sorted);
      return new Latency(median(sorted), sorted[(int) Math.ceil(0.9 * sorted.length) - 1], sorted[0]);
    }

    /** The middle value, or the mean of the two middle ones. */
    static double median(double[] values) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      int middle = sorted.length / 2;
      return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
  }
}
