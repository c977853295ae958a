package org.ptilmpq.bench;

import java.util.Arrays;

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
