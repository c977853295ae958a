package org.ptilmpq.quantizer.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An axis: places values along a line, and says where its ticks are.
 *
 * @param logarithmic equal ratios, not equal differences, are equally far apart
 * @param low value at the beginning
 * @param high value at the end, above {@code low}
 * @param from place of the beginning
 * @param to place of the end
 * @param step between ticks: a difference, or decades where logarithmic
 */
record Scale(boolean logarithmic, double low, double high, double from, double to, double step) {

  private static final int TICKS = 5;

  /** No measured value lies beyond this, and below it arithmetic with steps is exact enough. */
  private static final double MAX_MAGNITUDE = 1e150;

  /** Maximum number of decades of a logarithmic axis, counted from the greatest value. */
  private static final int MAX_DECADES = 12;

  /** An axis from zero to a round number above the greatest of the values; what isn't finite is ignored. */
  static Scale fromZero(double[] values, double from, double to) {
    double greatest = finite(values).length == 0 ? 1 : Math.max(0, Arrays.stream(finite(values)).max().getAsDouble());
    double step = roundStep(greatest == 0 ? 1 : greatest);
    return new Scale(false, 0, Math.max(1, Math.ceil(greatest / step)) * step, from, to, step);
  }

  /** An axis between round numbers around the values. */
  static Scale around(double[] values, double from, double to) {
    double[] finite = finite(values);
    double least = finite.length == 0 ? 0 : Arrays.stream(finite).min().getAsDouble();
    double greatest = finite.length == 0 ? 1 : Arrays.stream(finite).max().getAsDouble();
    double spread = greatest - least;
    if (spread <= Math.abs(greatest) * 1e-9) {
      spread = greatest == 0 ? 1 : Math.abs(greatest) / 10;
    }
    double step = roundStep(spread);
    double low = Math.floor(least / step) * step;
    double high = Math.ceil(greatest / step) * step;
    return new Scale(false, low, high > low ? high : low + step, from, to, step);
  }

  /** A logarithmic axis of whole decades around the values above zero. */
  static Scale logarithmic(double[] values, double from, double to) {
    double[] logs = Arrays.stream(finite(values)).filter(value -> value > 0).map(Math::log10).toArray();
    double high = logs.length == 0 ? 0 : Math.ceil(Arrays.stream(logs).max().getAsDouble());
    double least = logs.length == 0 ? -1 : Math.floor(Arrays.stream(logs).min().getAsDouble());
    double low = Math.max(Math.min(least, high - 1), high - MAX_DECADES);
    return new Scale(true, low, high, from, to, Math.ceil((high - low) / TICKS));
  }

  private static double[] finite(double[] values) {
    return Arrays.stream(values).filter(value -> Math.abs(value) < MAX_MAGNITUDE).toArray();
  }

  /** Returns 1, 2 or 5 times a power of ten, about a fifth of the spread. */
  private static double roundStep(double spread) {
    double rough = Math.max(spread, Double.MIN_NORMAL) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (int factor : new int[] {1, 2, 5}) {
      if (factor * power >= rough) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  /** The place of a value; values beyond an end lie at the end, as do, on a logarithmic axis, those not above 0. */
  double at(double value) {
    double position = logarithmic ? Math.log10(Math.max(value, 0)) : value;
    return from + (to - from) * Math.clamp((position - low) / (high - low), 0, 1);
  }

  /** Values to write along the axis. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; i <= (high - low) / step + 1e-6; i++) {
      double position = low + i * step;
      ticks.add(logarithmic ? Math.pow(10, position) : position);
    }
    return ticks;
  }
}
