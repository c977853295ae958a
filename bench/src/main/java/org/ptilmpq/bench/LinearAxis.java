package org.ptilmpq.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Places values between two ends, evenly. */
final class LinearAxis {

  private static final int MAX_TICKS = 6;

  private final double least;
  private final double most;
  private final double from;
  private final double to;

  /**
   * @param most largest value; more than the least
   * @param from place of the smallest
   * @param to place of the largest
   */
  LinearAxis(double least, double most, double from, double to) {
    this.least = least;
    this.most = most;
    this.from = from;
    this.to = to;
  }

  double at(double value) {
    return from + (to - from) * (value - least) / (most - least);
  }

  /** Multiples of 1, 2 or 5 times a power of ten between the ends, about six of them. */
  List<Double> ticks() {
    double step = step();
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(least / step - 1e-9); i * step <= most * (1 + 1e-9); i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  private double step() {
    double range = most - least;
    double power = Math.pow(10, Math.floor(Math.log10(range / MAX_TICKS)));
    for (double step : new double[] {1, 2, 5}) {
      if (step * power * MAX_TICKS >= range) {
        return step * power;
      }
    }
    return 10 * power;
  }

  /** A tick in as few digits as it needs. */
  static String words(double tick) {
    return tick == 0 ? "0" : String.format(Locale.ROOT, "%.3f", tick).replaceFirst("\\.?0+$", "");
  }
}
