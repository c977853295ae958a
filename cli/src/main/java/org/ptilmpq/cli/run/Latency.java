package org.ptilmpq.cli.run;

import java.util.Arrays;

/**
 * Times of one inference in milliseconds.
 *
 * @param first the first run of the process, when nothing is compiled yet
 * @param p90 nine of ten runs were no slower
 */
record Latency(double first, double min, double median, double p90, double max) {

  /** @param millis times of the measured runs, in any order */
  static Latency of(double first, double[] millis) {
    double[] sorted = millis.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    return new Latency(first, sorted[0], median, sorted[(int) Math.ceil(0.9 * n) - 1], sorted[n - 1]);
  }
}
