package org.ptilmpq.quantizer.secondorder;

import java.util.Arrays;
import org.ptilmpq.quantizer.calibration.OrderedWork;

/**
 * Computes M = L⁻¹ from a symmetric positive definite matrix A, where A = L·Lᵀ and L is lower triangular, in place, in
 * double precision.
 *
 * <p>Factor and inverse are made in one sweep over blocks of {@link #BLOCK} columns. Let A be partitioned in blocks and
 * k be the current one. L_kk comes from the diagonal block, L_ik = A_ik·M_kkᵀ for the rows i below, and the blocks left
 * of the diagonal, which hold T_kj = −Σ_{p&lt;k} L_kp·M_pj, become M_kj = M_kk·T_kj. Then all rows below are updated
 * alike, by one product of depth BLOCK: A_ij −= L_ik·L_jkᵀ right of column k (the Cholesky update), T_ij −= L_ik·M_kj
 * left of it (forward substitution of the identity), T_ik = −L_ik·M_kk in it. n³/3 multiply-adds in all.
 */
final class LowerInverse {

  /** Columns of a step: whole tiles of any vector width. */
  private static final int BLOCK = 128;

  /** Rows that a task updates: whole tiles, and whole panels of any vector width. */
  private static final int ROWS = 16 * DoubleTile.ROWS;

  /** Columns of a pass over those rows: the panels of B stay in the second-level cache meanwhile. */
  private static final int PASS = 256;

  /** A panel of B: BLOCK rows, and as many more as the last tile of {@link #BLOCK} rows runs over. */
  private static final int PANEL = (BLOCK + DoubleTile.ROWS) * DoubleTile.COLUMNS;

  /** A pivot this much smaller than its diagonal element may be what the rounding of H to floats made of a zero. */
  private static final double MIN_PIVOT = 4 * 0x1p-24;

  private final int order;
  private final int stride;
  private final double[] matrix;
  private final OrderedWork work;
  private final double[] diagonal;

  /** M_kk, padded by a tile's rows of zeros; rows BLOCK apart. */
  private final double[] inverse = new double[(BLOCK + DoubleTile.ROWS) * BLOCK];

  /** −M_kkᵀ in panels: [panel][BLOCK rows][columns of a panel]. */
  private final double[] negatedTranspose = new double[BLOCK / DoubleTile.COLUMNS * PANEL];

  /** −L_ik for all rows below, padded by a tile's rows; rows BLOCK apart. */
  private final double[] left;

  /** The right factor of the update, in panels: M_kj, M_kk, L_jkᵀ. */
  private final double[] right;

  /**
   * @param work runs the parts; {@link #run} must not be called from one of its own tasks
   */
  LowerInverse(int order, OrderedWork work) {
    this.order = order;
    this.work = work;
    int lines = Math.ceilDiv(order, DoubleTile.COLUMNS) * DoubleTile.COLUMNS / 8 + 1;
    stride = 8 * (lines | 1);
    matrix = new double[Math.multiplyExact(order + DoubleTile.ROWS, stride)];
    diagonal = new double[order];
    left = new double[(order + DoubleTile.ROWS) * BLOCK];
    right = new double[Math.ceilDiv(order, DoubleTile.COLUMNS) * PANEL];
  }

  /**
   * The matrix, rows {@link #stride} apart. The caller sets what lies on and below the diagonal; after {@link #run} the
   * inverse is there, and what is above it is meaningless.
   */
  double[] matrix() {
    return matrix;
  }

  /** Elements from one row to the next: an odd number of cache lines, so that columns don't share a cache set. */
  int stride() {
    return stride;
  }

  /** Inverts; returns false when the matrix is not positive definite, and then it holds nothing useful. */
  boolean run() {
    for (int i = 0; i < order; i++) {
      diagonal[i] = matrix[i * stride + i];
    }
    for (int first = 0; first < order; first += BLOCK) {
      if (!invertDiagonalBlock(first)) {
        return false;
      }
      finishRowsAndColumns(first);
      updateRowsBelow(first);
    }
    return true;
  }

  private int width(int first) {
    return Math.min(BLOCK, order - first);
  }

  /** A_kk → L_kk → M_kk, there and in {@link #inverse}. */
  private boolean invertDiagonalBlock(int first) {
    int width = width(first);
    double[] factor = new double[width * width];
    for (int i = 0; i < width; i++) {
      System.arraycopy(matrix, (first + i) * stride + first, factor, i * width, i + 1);
    }
    if (!factor(factor, width, first)) {
      return false;
    }
    Arrays.fill(inverse, 0);
    Arrays.fill(negatedTranspose, 0);
    for (int i = 0; i < width; i++) {
      invertRow(factor, width, i);
      System.arraycopy(inverse, i * BLOCK, matrix, (first + i) * stride + first, width);
      int panel = i / DoubleTile.COLUMNS * PANEL + i % DoubleTile.COLUMNS;
      for (int j = 0; j <= i; j++) {
        negatedTranspose[panel + j * DoubleTile.COLUMNS] = -inverse[i * BLOCK + j];
      }
    }
    return true;
  }

  private boolean factor(double[] factor, int width, int first) {
    for (int j = 0; j < width; j++) {
      int row = j * width;
      double pivot = factor[row + j] - dot(factor, row, row, j);
      if (!(pivot > MIN_PIVOT * diagonal[first + j]) || pivot == Double.POSITIVE_INFINITY) {
        return false;
      }
      double root = Math.sqrt(pivot);
      factor[row + j] = root;
      for (int i = j + 1; i < width; i++) {
        factor[i * width + j] = (factor[i * width + j] - dot(factor, i * width, row, j)) / root;
      }
    }
    return true;
  }

  /** Sums in four chains, always the same ones. */
  private static double dot(double[] values, int a, int b, int length) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int k = 0;
    for (; k + 4 <= length; k += 4) {
      sum0 += values[a + k] * values[b + k];
      sum1 += values[a + k + 1] * values[b + k + 1];
      sum2 += values[a + k + 2] * values[b + k + 2];
      sum3 += values[a + k + 3] * values[b + k + 3];
    }
    for (; k < length; k++) {
      sum0 += values[a + k] * values[b + k];
    }
    return sum0 + sum1 + (sum2 + sum3);
  }

  /** Row i of M_kk: (e_i − Σ_{p<i} L_ip·(row p)) / L_ii. */
  private void invertRow(double[] factor, int width, int i) {
    int row = i * BLOCK;
    for (int p = 0; p < i; p++) {
      double l = factor[i * width + p];
      for (int j = 0; j <= p; j++) {
        inverse[row + j] -= l * inverse[p * BLOCK + j];
      }
    }
    double pivot = factor[i * width + i];
    for (int j = 0; j < i; j++) {
      inverse[row + j] /= pivot;
    }
    inverse[row + i] = 1 / pivot;
  }

  /** L_ik below the diagonal block, M_kj left of it, and both factors of the update. */
  private void finishRowsAndColumns(int first) {
    int below = first + width(first);
    int rowTasks = Math.ceilDiv(order - below, ROWS);
    int panels = Math.ceilDiv(below, DoubleTile.COLUMNS);
    work.run(
        rowTasks + panels,
        task -> {
          if (task < rowTasks) {
            int row = below + task * ROWS;
            finishRows(first, row, Math.min(row + ROWS, order));
          } else {
            finishPanel(first, (task - rowTasks) * DoubleTile.COLUMNS);
          }
          return task;
        },
        (index, task) -> {});
  }

  /** −L_ik = A_ik·(−M_kkᵀ) for some rows, and its share of the right factor; only whole blocks have rows below. */
  private void finishRows(int first, int from, int to) {
    int tilesEnd = from + Math.ceilDiv(to - from, DoubleTile.ROWS) * DoubleTile.ROWS;
    Arrays.fill(left, from * BLOCK, tilesEnd * BLOCK, 0);
    for (int row = from; row < to; row += DoubleTile.ROWS) {
      for (int column = 0; column < BLOCK; column += DoubleTile.COLUMNS) {
        int panel = column / DoubleTile.COLUMNS * PANEL;
        DoubleTile.multiplyAdd(
            matrix,
            row * stride + first,
            stride,
            negatedTranspose,
            panel,
            Math.min(BLOCK, column + DoubleTile.COLUMNS),
            left,
            row * BLOCK + column,
            BLOCK);
      }
    }
    for (int row = from; row < to; row++) {
      Arrays.fill(matrix, row * stride + first, row * stride + first + BLOCK, 0);
      int panel = row / DoubleTile.COLUMNS * PANEL + row % DoubleTile.COLUMNS;
      for (int k = 0; k < BLOCK; k++) {
        right[panel + k * DoubleTile.COLUMNS] = -left[row * BLOCK + k];
      }
    }
  }

  /** M_kj for a panel of columns left of the diagonal block, or M_kk in it. */
  private void finishPanel(int first, int column) {
    int width = width(first);
    int panel = column / DoubleTile.COLUMNS * PANEL;
    int columns = Math.min(DoubleTile.COLUMNS, order - column);
    if (column >= first) {
      for (int k = 0; k < width; k++) {
        System.arraycopy(
            matrix, (first + k) * stride + column, right, panel + k * DoubleTile.COLUMNS, columns);
      }
      return;
    }
    double[] sums = new double[BLOCK * DoubleTile.COLUMNS];
    for (int k = 0; k < width; k++) {
      System.arraycopy(matrix, (first + k) * stride + column, sums, k * DoubleTile.COLUMNS, DoubleTile.COLUMNS);
    }
    Arrays.fill(right, panel, panel + PANEL, 0);
    for (int row = 0; row < width; row += DoubleTile.ROWS) {
      int depth = Math.min(row + DoubleTile.ROWS, width);
      int to = panel + row * DoubleTile.COLUMNS;
      DoubleTile.multiplyAdd(inverse, row * BLOCK, BLOCK, sums, 0, depth, right, to, DoubleTile.COLUMNS);
    }
    for (int k = 0; k < width; k++) {
      int from = panel + k * DoubleTile.COLUMNS;
      System.arraycopy(right, from, matrix, (first + k) * stride + column, DoubleTile.COLUMNS);
    }
  }

  /** The product of depth BLOCK; the lowest rows are the longest, and come first. */
  private void updateRowsBelow(int first) {
    int below = first + width(first);
    int tasks = Math.ceilDiv(order - below, ROWS);
    work.run(
        tasks,
        task -> {
          int row = below + (tasks - 1 - task) * ROWS;
          updateRows(row, Math.min(row + ROWS, order));
          return task;
        },
        (index, task) -> {});
  }

  private void updateRows(int from, int to) {
    for (int pass = 0; pass < to; pass += PASS) {
      for (int row = from; row < to; row += DoubleTile.ROWS) {
        int end = Math.min(pass + PASS, Math.min(row + DoubleTile.ROWS, to));
        for (int column = pass; column < end; column += DoubleTile.COLUMNS) {
          DoubleTile.multiplyAdd(
              left,
              row * BLOCK,
              BLOCK,
              right,
              column / DoubleTile.COLUMNS * PANEL,
              BLOCK,
              matrix,
              row * stride + column,
              stride);
        }
      }
    }
  }
}
