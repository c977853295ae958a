package org.ptilmpq.quantizer.secondorder;

import java.util.Objects;
import org.ptilmpq.quantizer.calibration.OrderedWork;

/**
 * Sums up what the inputs of a layer are like: H = E[x xᵀ], the curvature of the squared error of the layer's output,
 * and E[x]. One matrix of inputs × inputs floats is all that is kept.
 *
 * <p>The result is the same to the bit for any number of threads and any width of vectors; how the rows are divided
 * into calls may change its last bits. Not for use by several threads at once.
 */
public final class SecondMoments {

  private static final int STRIPE = 64;

  private final int inputs;
  private final double[] totals;
  private OuterProducts products;
  private long count;

  /**
   * What was found.
   *
   * @param inputs K
   * @param matrix E[x xᵀ], K × K, row-major, symmetric to the bit; zeros when there were no rows
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
    totals = new double[inputs];
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
    work.run(
        Math.ceilDiv(inputs, STRIPE),
        stripe -> {
          addTotals(rows, count, stripe * STRIPE, Math.min((stripe + 1) * STRIPE, inputs));
          return stripe;
        },
        (index, stripe) -> {});
    this.count += count;
  }

  private void addTotals(float[] rows, int count, int from, int to) {
    for (int row = 0; row < count; row++) {
      int base = row * inputs;
      for (int input = from; input < to; input++) {
        totals[input] += rows[base + input];
      }
    }
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
    float share = count == 0 ? 0 : (float) (1.0 / count);
    double[] mean = new double[inputs];
    for (int row = 0; row < inputs; row++) {
      mean[row] = count == 0 ? 0 : totals[row] / count;
      for (int column = row; column < inputs; column++) {
        matrix[row * inputs + column] *= share;
      }
    }
    SymmetricMatrix.copyUpperToLower(matrix, inputs);
    return new Moments(inputs, matrix, mean, count);
  }

  private void checkOpen() {
    if (products == null) {
      throw new IllegalStateException("these second moments are finished: make a new SecondMoments for more rows");
    }
  }
}
