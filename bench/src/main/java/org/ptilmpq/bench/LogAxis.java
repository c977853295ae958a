package org.ptilmpq.bench;

import java.util.ArrayList;
import java.util.List;

/** Places positive values between two ends, logarithmically. */
final class LogAxis {

  private static final double[] STEPS = {1, 2, 5};

  private final double least;
  private final double most;
  private final LinearAxis logarithms;

  /**
   * @param least smallest value, positive
   * @param most largest value; more than the least
   * @param from place of the smallest
   * @param to place of the largest
   */
  LogAxis(double least, double most, double from, double to) {
    this.least = least;
    this.most = most;
    logarithms = new LinearAxis(Math.log(least), Math.log(most), from, to);
  }

  double at(double value) {
    return logarithms.at(Math.log(value));
  }

  /** 1, 2, 5, 10 and so on, as far as they are between the ends. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int power = (int) Math.floor(Math.log10(least)); Math.pow(10, power) <= most; power++) {
      for (double step : STEPS) {
        double tick = step * Math.pow(10, power);
        if (tick >= least && tick <= most) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }
}
