package org.ptilmpq.quantizer.secondorder;

import java.util.Arrays;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.reference.GemmTile;

/**
 * Some rows of a matrix of coefficients, packed as the left factor of a product of tiles: what up to {@link #DEPTH}
 * source inputs add to each target input. All groups of rows share it.
 */
final class CoefficientBlock {

  /** Source inputs at most. */
  static final int DEPTH = 128;

  private static final int TARGETS_A_TASK = 32 * GemmTile.ROWS;
  private static final int STRIP = 16;

  /** [target][source]. */
  private final float[] coefficients;

  private int from;
  private int to;
  private int depth;

  /**
   * @param inputs targets at most
   */
  CoefficientBlock(int inputs) {
    coefficients = new float[Math.multiplyExact(inputs + GemmTile.ROWS, DEPTH)];
  }

  /**
   * Takes coefficients: from source k to target i the one at {@code starts[k] + i}.
   *
   * @param starts of the sources
   * @param from first target
   * @param to end of the targets
   */
  void fill(float[] matrix, int[] starts, int depth, int from, int to, OrderedWork work) {
    set(depth, from, to);
    inTasks(
        (first, end) -> {
          for (int strip = first; strip < end; strip += STRIP) {
            int width = Math.min(STRIP, end - strip);
            for (int k = 0; k < depth; k++) {
              int at = (strip - from) * DEPTH + k;
              int source = starts[k] + strip;
              for (int i = 0; i < width; i++) {
                coefficients[at + i * DEPTH] = matrix[source + i];
              }
            }
          }
        },
        work);
  }

  /** Takes rows of an upper triangular packed matrix, from the diagonal block on; zero below the diagonal. */
  void fillUpper(InverseFactor factor, int first, int depth, OrderedWork work) {
    set(depth, first, factor.inputs());
    float[] packed = factor.packed();
    inTasks(
        (begin, end) -> {
          for (int k = 0; k < depth; k++) {
            int row = factor.rowStart(first + k);
            for (int column = begin; column < end; column++) {
              coefficients[(column - first) * DEPTH + k] = column < first + k ? 0 : packed[row + column];
            }
          }
        },
        work);
  }

  /**
   * Takes coefficients of an upper triangular packed matrix, transposed: from input {@code first + k} to target i the
   * one at row i, column {@code first + k}; zero below the diagonal.
   */
  void fillTransposed(InverseFactor factor, int first, int depth, OrderedWork work) {
    set(depth, 0, first + depth);
    float[] packed = factor.packed();
    inTasks(
        (begin, end) -> {
          for (int row = begin; row < end; row++) {
            int zeros = Math.max(0, row - first);
            int at = row * DEPTH;
            Arrays.fill(coefficients, at, at + zeros, 0);
            System.arraycopy(packed, factor.rowStart(row) + first + zeros, coefficients, at + zeros, depth - zeros);
          }
        },
        work);
  }

  private void set(int depth, int from, int to) {
    this.depth = depth;
    this.from = from;
    this.to = to;
    int targets = to - from;
    Arrays.fill(coefficients, targets * DEPTH, (targets + GemmTile.ROWS) * DEPTH, 0);
  }

  @FunctionalInterface
  private interface RangeTask {
    void run(int from, int to);
  }

  private void inTasks(RangeTask range, OrderedWork work) {
    work.run(
        Math.ceilDiv(to - from, TARGETS_A_TASK),
        task -> {
          int first = from + task * TARGETS_A_TASK;
          range.run(first, Math.min(first + TARGETS_A_TASK, to));
          return task;
        },
        (index, task) -> {});
  }

  /** Adds to the coefficient of a source and a target. */
  void add(int source, int target, double ridge) {
    coefficients[(target - from) * DEPTH + source] += (float) ridge;
  }

  /**
   * Adds to the targets of a group what the sources contribute.
   *
   * @param sources [source][row of the group], from {@code offset} on
   * @param group [input][row of the group], as in {@link RowGroups#group}
   */
  void apply(float[] sources, int offset, float[] group) {
    for (int target = from; target < to; target += GemmTile.ROWS) {
      GemmTile.multiplyAdd(
          coefficients,
          (target - from) * DEPTH,
          DEPTH,
          sources,
          offset,
          depth,
          group,
          target * RowGroups.WIDTH,
          RowGroups.WIDTH);
    }
  }
}
