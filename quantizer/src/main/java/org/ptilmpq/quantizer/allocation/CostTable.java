package org.ptilmpq.quantizer.allocation;

import org.ptilmpq.quantizer.allocation.StepAllocator.Demand;

/**
 * What a layer takes, bits and nanoseconds, and what it loses, over the prices that its channels' steps may have; a sixth
 * of an octave of price, a twelfth of an octave of step, from one row to the next. Time doesn't fall evenly with bits,
 * because another product of the kernels takes over where it is the faster one: so rows are compared one by one, and a
 * layer that is past saving by the look-up product keeps the fine steps that cost it no time.
 */
final class CostTable {

  private static final int PER_OCTAVE = 6;

  /** From 2.5 standard deviations down to levels of 2,000 steps. */
  private static final int OCTAVES = 24;

  private static final int ROWS = PER_OCTAVE * OCTAVES + 1;

  private final double[] prices = new double[ROWS];
  private final double[] losses = new double[ROWS];
  private final double[] slopeBits = new double[ROWS];
  private final double[] bits = new double[ROWS];
  private final double[] nanoseconds = new double[ROWS];
  private double leastNanoseconds = Double.POSITIVE_INFINITY;

  CostTable(Demand demand) {
    double coarsest = Double.MIN_NORMAL;
    for (int c = 0; c < demand.deviations().length; c++) {
      coarsest = Math.max(coarsest, priceOf(demand, c, RateCurve.COARSEST));
    }
    for (int row = 0; row < ROWS; row++) {
      fill(row, demand, coarsest * Math.pow(2, -(double) row / PER_OCTAVE));
    }
  }

  /** The price at which a channel has a step: {@link RateCurve#step} the other way round. */
  private static double priceOf(Demand demand, int channel, double ratio) {
    double deviation = demand.deviations()[channel];
    return demand.importance()[channel] * deviation * deviation * ratio * ratio * Math.log(2) / (6 * demand.weights());
  }

  /**
   * Losses and the bits that prices act on are those of the formulas that steps follow (step²/12; a bit an octave), so that
   * without a price of time the row of a layer is the price of bits itself.
   */
  private void fill(int row, Demand demand, double price) {
    prices[row] = price;
    for (int c = 0; c < demand.deviations().length; c++) {
      double deviation = demand.deviations()[c];
      if (deviation > 0) {
        double ratio = demand.ratio(c, price);
        losses[row] += demand.importance()[c] * deviation * deviation * ratio * ratio / 12;
        slopeBits[row] -= demand.weights() * Math.log(ratio) / Math.log(2);
      }
    }
    bits[row] = demand.bits(price);
    nanoseconds[row] = demand.nanoseconds(price);
    leastNanoseconds = Math.min(leastNanoseconds, nanoseconds[row]);
  }

  /** The row of least loss, bits and time together; of equal ones the first, which has the fewest bits. */
  int best(double bitPrice, double timePrice) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int row = 0; row < ROWS; row++) {
      // Time above the least possible: what can't be saved must not drown the other terms.
      double sum = losses[row] + bitPrice * slopeBits[row] + timePrice * (nanoseconds[row] - leastNanoseconds);
      if (sum < least) {
        least = sum;
        best = row;
      }
    }
    return best;
  }

  /** The price of bits that gives the steps of a row. */
  double price(int row) {
    return prices[row];
  }

  double bits(int row) {
    return bits[row];
  }

  double nanoseconds(int row) {
    return nanoseconds[row];
  }

  /** With the steps that are fastest. */
  double leastNanoseconds() {
    return leastNanoseconds;
  }
}
