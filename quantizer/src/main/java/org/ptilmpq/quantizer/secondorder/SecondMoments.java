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
    SymmetricMatrix.copyUpperToLower(matrix, inputs);
    return new Moments(inputs, matrix, columnSums.means(count), count);
  }

  private void checkOpen() {
    if (products == null) {
      throw new IllegalStateException("these second moments are finished: make a new SecondMoments for more rows");
    }
  }
}
