package org.ptilmpq.quantizer.secondorder;

import java.util.Comparator;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.ptilmpq.quantizer.calibration.OrderedWork;

/**
 * The upper triangular U with (H + λI)⁻¹ = Uᵀ·U, rows and columns in the order of descending diagonal elements of H:
 * what rounding one input after the other needs (GPTQ, Frantar et al., arXiv 2210.17323, with its "act-order").
 *
 * <p>Rather than inverting H and factoring the inverse: let J reverse the order, and J(H + λI)J = L·Lᵀ (Cholesky). Then
 * H + λI = R·Rᵀ with R = J·L·J upper triangular, so (H + λI)⁻¹ = R⁻ᵀ·R⁻¹ and <b>U = R⁻¹ = J·L⁻¹·J</b>. One Cholesky
 * factor and one triangular inverse, K³/3 multiply-adds, in one matrix of doubles. U is kept as floats, packed: K²/2.
 */
public final class InverseFactor {

  /** Damping that is tried when the requested one was zero and not enough. */
  private static final double MIN_RAISED_DAMPING = 1e-6;

  private static final int ROWS_A_TASK = 32;

  private final int inputs;
  private final int[] order;
  private final double ridge;
  private final float[] factor;

  private InverseFactor(int inputs, int[] order, double ridge, float[] factor) {
    this.inputs = inputs;
    this.order = order;
    this.ridge = ridge;
    this.factor = factor;
  }

  /**
   * Makes the factor.
   *
   * @param matrix H, inputs × inputs, row-major, symmetric, positive semidefinite but for rounding; is not changed
   * @param damping λ is this times the mean diagonal element (times 1 when that is zero). When it is too small for the
   *     factor to exist numerically, it is raised tenfold until it does: {@link #ridge} tells
   * @param work runs the parts; this must not be called from one of its own tasks
   * @throws IllegalArgumentException when the matrix is not of that size, the damping negative or not finite, or a
   *     diagonal element negative or not finite
   */
  public static InverseFactor of(float[] matrix, int inputs, double damping, OrderedWork work) {
    if (inputs < 1 || matrix.length != Math.multiplyExact(inputs, inputs)) {
      throw new IllegalArgumentException(matrix.length + " elements are not a matrix of order " + inputs);
    }
    if (!(damping >= 0) || damping == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("damping must be finite and not negative, not " + damping);
    }
    double scale = meanDiagonal(matrix, inputs);
    int[] order = descendingDiagonal(matrix, inputs);
    LowerInverse inverse = new LowerInverse(inputs, work);
    double held = damping;
    load(matrix, order, held * scale, inverse, work);
    while (!inverse.run()) {
      held = Math.max(10 * held, MIN_RAISED_DAMPING);
      if (held * scale == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException("no damping makes the second moments positive definite: are they finite?");
      }
      load(matrix, order, held * scale, inverse, work);
    }
    return new InverseFactor(inputs, order, held * scale, packed(inverse, inputs, work));
  }

  private static double meanDiagonal(float[] matrix, int inputs) {
    double sum = 0;
    for (int i = 0; i < inputs; i++) {
      float element = matrix[i * inputs + i];
      if (!(element >= 0) || element == Float.POSITIVE_INFINITY) {
        throw new IllegalArgumentException("the mean square of input " + i + " can't be " + element);
      }
      sum += element;
    }
    return sum == 0 ? 1 : sum / inputs;
  }

  /** Returns the inputs by descending mean square; the lower index first among equals. */
  static int[] descendingDiagonal(float[] matrix, int inputs) {
    return IntStream.range(0, inputs)
        .boxed()
        .sorted(Comparator.comparing((Integer i) -> -matrix[i * inputs + i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** J(H + λI)J, on and below the diagonal. */
  private static void load(float[] matrix, int[] order, double ridge, LowerInverse inverse, OrderedWork work) {
    int inputs = order.length;
    double[] to = inverse.matrix();
    inRows(
        inputs,
        row -> {
          int from = order[inputs - 1 - row] * inputs;
          int at = row * inverse.stride();
          for (int column = 0; column <= row; column++) {
            to[at + column] = matrix[from + order[inputs - 1 - column]];
          }
          to[at + row] += ridge;
        },
        work);
  }

  /** J·L⁻¹·J, on and above the diagonal, packed. */
  private static float[] packed(LowerInverse inverse, int inputs, OrderedWork work) {
    double[] from = inverse.matrix();
    float[] packed = new float[Math.toIntExact((long) inputs * (inputs + 1) / 2)];
    inRows(
        inputs,
        row -> {
          int at = (inputs - 1 - row) * inverse.stride() + inputs - 1;
          int to = rowStart(row, inputs);
          for (int column = row; column < inputs; column++) {
            packed[to + column] = (float) from[at - column];
          }
        },
        work);
    return packed;
  }

  private static void inRows(int rows, IntConsumer row, OrderedWork work) {
    work.run(
        Math.ceilDiv(rows, ROWS_A_TASK),
        task -> {
          for (int i = task * ROWS_A_TASK; i < Math.min((task + 1) * ROWS_A_TASK, rows); i++) {
            row.accept(i);
          }
          return task;
        },
        (index, task) -> {});
  }

  /** Returns the offset to which a column is added to find an element of a row of U. */
  private static int rowStart(int row, int inputs) {
    return row * inputs - row * (row + 1) / 2;
  }

  /** K, the order of U. */
  public int inputs() {
    return inputs;
  }

  /** Returns the input at a place of the order: descending mean squares. */
  public int input(int place) {
    return order[place];
  }

  /** Returns a copy of the order: an input at each place. */
  public int[] order() {
    return order.clone();
  }

  /** λ: what was added to the diagonal of H. */
  public double ridge() {
    return ridge;
  }

  /** U[row][column], at places of the order; zero below the diagonal. */
  public float element(int row, int column) {
    return column < row ? 0 : factor[rowStart(row) + column];
  }

  /** The packed elements: that of a row and a column on or right of the diagonal is at rowStart(row) + column. */
  float[] packed() {
    return factor;
  }

  int rowStart(int row) {
    return rowStart(row, inputs);
  }
}
