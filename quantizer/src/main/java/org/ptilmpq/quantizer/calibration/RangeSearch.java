package org.ptilmpq.quantizer.calibration;

/**
 * Chooses the range of an 8-bit activation that loses least: cutting off rare large values makes the steps of all
 * others finer. The squared error of a range is modelled as step² / 12 for a value inside it (rounding errors are even
 * over a step) and the squared distance to the nearest end for a value outside. The latter may cost more than its
 * square: errors of rounding have either sign and cancel out in the sums that read them, those of cutting off have one
 * sign and add up.
 */
public final class RangeSearch {

  private static final int CANDIDATES = 96;
  private static final double NARROWEST = 0.15;

  private final double[] count;
  private final double[] sum;
  private final double[] squares;
  private final double[] middle;
  private final ValueHistogram histogram;
  private final double cutting;

  private RangeSearch(ValueHistogram histogram, double cutting) {
    this.histogram = histogram;
    this.cutting = cutting;
    int bins = histogram.bins();
    count = new double[bins + 1];
    sum = new double[bins + 1];
    squares = new double[bins + 1];
    middle = new double[bins];
    for (int bin = 0; bin < bins; bin++) {
      double value = histogram.middle(bin);
      middle[bin] = value;
      count[bin + 1] = count[bin] + histogram.count(bin);
      sum[bin + 1] = sum[bin] + histogram.count(bin) * value;
      squares[bin + 1] = squares[bin] + histogram.count(bin) * value * value;
    }
  }

  /**
   * Returns the 8-bit grid with the least cost on the values counted.
   *
   * @param cutting what a squared error of cutting off costs, in squared errors of rounding
   */
  public static ActivationGrid search(ValueHistogram histogram, double cutting) {
    RangeSearch search = new RangeSearch(histogram, cutting);
    double low = Math.min(0, histogram.least());
    double high = Math.max(0, histogram.greatest());
    double best = Double.POSITIVE_INFINITY;
    double bestLow = low;
    double bestHigh = high;
    for (int i = 0; i < (low < 0 ? CANDIDATES : 1); i++) {
      double from = low * ratio(i);
      for (int j = 0; j < (high > 0 ? CANDIDATES : 1); j++) {
        double to = high * ratio(j);
        double error = search.error(from, to);
        if (error < best) {
          best = error;
          bestLow = from;
          bestHigh = to;
        }
      }
    }
    return ActivationGrid.covering(bestLow, bestHigh);
  }

  private static double ratio(int candidate) {
    return 1 - (1 - NARROWEST) * candidate / (CANDIDATES - 1);
  }

  /** Returns the cost of the errors of a range. */
  private double error(double low, double high) {
    int first = firstBinFrom(low);
    int end = firstBinFrom(high);
    int bins = middle.length;
    double step = (high - low) / 255;
    double inside = (count[end] - count[first]) * step * step / 12;
    double below = squares[first] - 2 * low * sum[first] + low * low * count[first];
    double above =
        squares[bins] - squares[end] - 2 * high * (sum[bins] - sum[end]) + high * high * (count[bins] - count[end]);
    return inside + cutting * (below + above);
  }

  private int firstBinFrom(double value) {
    int from = 0;
    int to = middle.length;
    while (from < to) {
      int centre = (from + to) >>> 1;
      if (middle[centre] < value) {
        from = centre + 1;
      } else {
        to = centre;
      }
    }
    return from;
  }
}
