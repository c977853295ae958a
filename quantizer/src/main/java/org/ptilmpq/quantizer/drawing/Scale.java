package org.ptilmpq.quantizer.drawing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An axis: places values along a line, and says where its ticks are.
 *
 * @param logarithmic equal ratios, not equal differences, are equally far apart
 * @param low value at the beginning, its decimal logarithm where logarithmic
 * @param high value at the end, above {@code low}, or its logarithm
 * @param from place of the beginning
 * @param to place of the end
 * @param ticks values to write along the axis
 */
public record Scale(boolean logarithmic, double low, double high, double from, double to, List<Double> ticks) {

  private static final int TICKS = 5;
  private static final int[] ROUND_FACTORS = {1, 2, 5};

  /** No measured value lies beyond this, and below it arithmetic with steps is exact enough. */
  private static final double MAX_MAGNITUDE = 1e150;

  /** Maximum number of decades of a logarithmic axis, counted from the greatest value. */
  private static final int MAX_DECADES = 12;

  /** An axis from zero to a round number above the greatest of the values; what isn't finite is ignored. */
  public static Scale fromZero(double[] values, double from, double to) {
    double greatest = finite(values).length == 0 ? 1 : Math.max(0, Arrays.stream(finite(values)).max().getAsDouble());
    double step = roundStep(greatest == 0 ? 1 : greatest);
    double high = Math.max(1, Math.ceil(greatest / step)) * step;
    return new Scale(false, 0, high, from, to, steps(0, high, step));
  }

  /** An axis between round numbers around the values. */
  public static Scale around(double[] values, double from, double to) {
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
    high = high > low ? high : low + step;
    return new Scale(false, low, high, from, to, steps(low, high, step));
  }

  /** A logarithmic axis of whole decades around the values above zero. */
  public static Scale logarithmic(double[] values, double from, double to) {
    double[] logs = Arrays.stream(finite(values)).filter(value -> value > 0).map(Math::log10).toArray();
    double high = logs.length == 0 ? 0 : Math.ceil(Arrays.stream(logs).max().getAsDouble());
    double least = logs.length == 0 ? -1 : Math.floor(Arrays.stream(logs).min().getAsDouble());
    double low = Math.max(Math.min(least, high - 1), high - MAX_DECADES);
    List<Double> powers = steps(low, high, Math.ceil((high - low) / TICKS));
    return new Scale(true, low, high, from, to, powers.stream().map(power -> Math.pow(10, power)).toList());
  }

  /**
   * A logarithmic axis from one value to another, with ticks at 1, 2 and 5 times powers of ten.
   *
   * @param least above zero
   * @param most above the least
   */
  public static Scale logarithmicBetween(double least, double most, double from, double to) {
    List<Double> ticks = new ArrayList<>();
    for (int power = (int) Math.floor(Math.log10(least)); Math.pow(10, power) <= most; power++) {
      for (int factor : ROUND_FACTORS) {
        double tick = factor * Math.pow(10, power);
        if (tick >= least && tick <= most) {
          ticks.add(tick);
        }
      }
    }
    return new Scale(true, Math.log10(least), Math.log10(most), from, to, ticks);
  }

  private static List<Double> steps(double low, double high, double step) {
    List<Double> steps = new ArrayList<>();
    for (int i = 0; i <= (high - low) / step + 1e-6; i++) {
      steps.add(low + i * step);
    }
    return steps;
  }

  private static double[] finite(double[] values) {
    return Arrays.stream(values).filter(value -> Math.abs(value) < MAX_MAGNITUDE).toArray();
  }

  /** Returns 1, 2 or 5 times a power of ten, about a fifth of the spread. */
  private static double roundStep(double spread) {
    double rough = Math.max(spread, Double.MIN_NORMAL) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (int factor : ROUND_FACTORS) {
      if (factor * power >= rough) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  /** The place of a value; values beyond an end lie at the end, as do, on a logarithmic axis, those not above 0. */
  public double at(double value) {
    double position = logarithmic ? Math.log10(Math.max(value, 0)) : value;
    return from + (to - from) * Math.clamp((position - low) / (high - low), 0, 1);
  }
}
