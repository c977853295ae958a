package org.ptilmpq.quantizer.secondorder;

import java.util.Objects;
import org.ptilmpq.quantizer.calibration.OrderedWork;

/**
 * Sums up the moments of the inputs of a layer: H = E[x xᵀ], the curvature of the squared error of the layer's output,
 * and E[x]. Only one matrix of inputs × inputs floats is kept.
 *
 * <p>The result is the same to the bit for any number of threads and any width of vectors; how the rows are divided
 * into calls may change its last bits. Not for use by several threads at once.
 */
public final class SecondMoments {

  /** Rows and columns of a block that is mirrored at a time: both it and its image stay in the first-level cache. */
  private static final int MIRRORED = 32;

  private final int inputs;
  private final ColumnSums columnSums;
  private OuterProducts products;
  private long count;

  /**
   * The moments that were found.
   *
   * @param inputs K
   * @param matrix E[x xᵀ], or the covariance, K × K, row-major, symmetric to the bit; zeros when there were no rows
   * @param mean E[x], K elements; zeros when there were no rows
   * @param count number of rows
   */
  public record Moments(int inputs, float[] matrix, double[] mean, long count) {}

  /**
   * @param inputs K, the length of a row
   * @throws ArithmeticException when K × K floats are too many for an array
   */
  public SecondMoments(int inputs) {
    this.inputs = inputs;
    columnSums = new ColumnSums(inputs);
    products = new OuterProducts(inputs, true);
  }

  /**
   * Adds rows.
   *
   * @param rows count × K, row-major
   * @param work runs the parts; this must not be called from one of its own tasks
   * @throws IllegalStateException after {@link #finish}
   */
  public void add(float[] rows, int count, OrderedWork work) {
    checkOpen();
    Objects.checkFromIndexSize(0, Math.multiplyExact(count, inputs), rows.length);
    for (int first = 0; first < count; first += OuterProducts.DEPTH) {
      int depth = Math.min(OuterProducts.DEPTH, count - first);
      products.add(rows, first * inputs, rows, first * inputs, depth, work);
    }
    columnSums.add(rows, 0, count, work);
    this.count += count;
  }

  /** Number of rows so far. */
  public long count() {
    return count;
  }

  /**
   * Ends the summing and makes means of the sums, in place.
   *
   * @throws IllegalStateException when called again
   */
  public Moments finish() {
    checkOpen();
    float[] matrix = products.sums();
    products = null;
    for (int row = 0; row < inputs && count > 0; row++) {
      for (int column = row; column < inputs; column++) {
        int at = row * inputs + column;
        matrix[at] = (float) (matrix[at] / (double) count);
      }
      matrix[row * inputs + row] = Math.max(0, matrix[row * inputs + row]);
    }
    copyUpperToLower(matrix, inputs);
    return new Moments(inputs, matrix, columnSums.means(count), count);
  }

  /** Makes the part below the diagonal the mirror image of the part above it. */
  private static void copyUpperToLower(float[] matrix, int order) {
    for (int top = 0; top < order; top += MIRRORED) {
      for (int left = top; left < order; left += MIRRORED) {
        mirrorBlock(matrix, order, top, left);
      }
    }
  }

  private static void mirrorBlock(float[] matrix, int order, int top, int left) {
    for (int row = top; row < Math.min(top + MIRRORED, order); row++) {
      for (int column = Math.max(left, row + 1); column < Math.min(left + MIRRORED, order); column++) {
        matrix[column * order + row] = matrix[row * order + column];
      }
    }
  }

  private void checkOpen() {
    if (products == null) {
      throw new IllegalStateException("these second moments are finished: make a new SecondMoments for more rows");
    }
  }

  /** Sums of the columns of rows that come some at a time, in double precision and in the order of the rows. */
  private static final class ColumnSums {

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
}
