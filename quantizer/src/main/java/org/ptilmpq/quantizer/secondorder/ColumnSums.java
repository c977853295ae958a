package org.ptilmpq.quantizer.secondorder;

import org.ptilmpq.quantizer.calibration.OrderedWork;

/** Sums of the columns of rows that come some at a time, in double precision and in the order of the rows. */
final class ColumnSums {

  private static final int STRIPE = 64;

  private final double[] sums;

  ColumnSums(int columns) {
    sums = new double[columns];
  }

  /** Adds {@code count} rows that begin at {@code offset}. */
  void add(float[] rows, int offset, int count, OrderedWork work) {
    work.run(
        Math.ceilDiv(sums.length, STRIPE),
        stripe -> {
          addStripe(rows, offset, count, stripe * STRIPE, Math.min((stripe + 1) * STRIPE, sums.length));
          return stripe;
        },
        (index, stripe) -> {});
  }

  private void addStripe(float[] rows, int offset, int count, int from, int to) {
    for (int row = 0; row < count; row++) {
      int base = offset + row * sums.length;
      for (int column = from; column < to; column++) {
        sums[column] += rows[base + column];
      }
    }
  }

  /** Returns the sums divided by a number of rows; zeros without rows. */
  double[] means(long count) {
    double[] means = new double[sums.length];
    for (int column = 0; column < sums.length && count > 0; column++) {
      means[column] = sums[column] / count;
    }
    return means;
  }
}
