package org.ptilmpq.quantizer.secondorder;

import java.util.Arrays;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.reference.GemmTile;

/**
 * The sum of outer products Σ a bᵀ over pairs of rows: Aᵀ·B, which grows by some rows at a time.
 *
 * <p>Blocking: {@link #DEPTH} rows are packed, A as tiles' rows and B as panels; a task makes {@link #BLOCK} rows of
 * the product, panel by panel. A tile is summed from zero and then added, so that the rounding error of a sum over n
 * rows grows with DEPTH + n / DEPTH and not with n.
 */
final class OuterProducts {

  /** Rows that are taken at a time: a panel of them stays in the second-level cache. */
  static final int DEPTH = 512;

  /** Rows of the product that a task makes: whole tiles, and whole panels of any vector width. */
  private static final int BLOCK = 16 * GemmTile.ROWS;

  private final int inputs;
  private final boolean symmetric;
  private final float[] sums;

  /** A: [input][depth]. */
  private final float[] left;

  /** B: [panel][depth][columns of a panel], zeros beyond the last input. */
  private final float[] right;

  /**
   * @param symmetric whether A is B always: then the product is computed on and above the diagonal only, and what is
   *     below is meaningless
   */
  OuterProducts(int inputs, boolean symmetric) {
    this.inputs = inputs;
    this.symmetric = symmetric;
    sums = new float[Math.multiplyExact(inputs, inputs)];
    int padded = Math.ceilDiv(inputs, BLOCK) * BLOCK;
    left = new float[Math.multiplyExact(padded, DEPTH)];
    right = new float[Math.multiplyExact(padded, DEPTH)];
  }

  /** The product so far: inputs × inputs, row-major, shared and not copied. */
  float[] sums() {
    return sums;
  }

  /**
   * Adds rows.
   *
   * @param a rows of A from {@code aOffset} on, {@code inputs} elements each
   * @param b rows of B likewise
   * @param depth how many, at most {@link #DEPTH}
   */
  void add(float[] a, int aOffset, float[] b, int bOffset, int depth, OrderedWork work) {
    int blocks = Math.ceilDiv(inputs, BLOCK);
    work.run(
        blocks,
        block -> {
          packLeft(a, aOffset, depth, block * BLOCK);
          packRight(b, bOffset, depth, block * BLOCK);
          return block;
        },
        (index, block) -> {});
    work.run(
        blocks,
        block -> {
          multiply(depth, block * BLOCK);
          return block;
        },
        (index, block) -> {});
  }

  private void packLeft(float[] a, int offset, int depth, int first) {
    int end = Math.min(first + BLOCK, inputs);
    int input = first;
    for (; input + 6 <= end; input += 6) {
      int to = input * DEPTH;
      for (int k = 0, from = offset + input; k < depth; k++, from += inputs) {
        left[to + k] = a[from];
        left[to + DEPTH + k] = a[from + 1];
        left[to + 2 * DEPTH + k] = a[from + 2];
        left[to + 3 * DEPTH + k] = a[from + 3];
        left[to + 4 * DEPTH + k] = a[from + 4];
        left[to + 5 * DEPTH + k] = a[from + 5];
      }
    }
    for (; input < end; input++) {
      for (int k = 0, from = offset + input; k < depth; k++, from += inputs) {
        left[input * DEPTH + k] = a[from];
      }
    }
  }

  private void packRight(float[] b, int offset, int depth, int first) {
    for (int input = first; input < Math.min(first + BLOCK, inputs); input += GemmTile.COLUMNS) {
      int columns = Math.min(GemmTile.COLUMNS, inputs - input);
      for (int k = 0; k < depth; k++) {
        System.arraycopy(b, offset + k * inputs + input, right, input * DEPTH + k * GemmTile.COLUMNS, columns);
      }
    }
  }

  private void multiply(int depth, int first) {
    float[] tile = new float[GemmTile.ROWS * GemmTile.COLUMNS];
    int end = Math.min(first + BLOCK, inputs);
    for (int column = symmetric ? first : 0; column < inputs; column += GemmTile.COLUMNS) {
      for (int row = first; row < end; row += GemmTile.ROWS) {
        if (symmetric && column + GemmTile.COLUMNS <= row) {
          break;
        }
        Arrays.fill(tile, 0);
        GemmTile.multiplyAdd(
            left, row * DEPTH, DEPTH, right, column * DEPTH, depth, tile, 0, GemmTile.COLUMNS);
        add(tile, row, column);
      }
    }
  }

  private void add(float[] tile, int row, int column) {
    int columns = Math.min(GemmTile.COLUMNS, inputs - column);
    for (int r = 0; r < Math.min(GemmTile.ROWS, inputs - row); r++) {
      int to = (row + r) * inputs + column;
      int from = r * GemmTile.COLUMNS;
      for (int c = 0; c < columns; c++) {
        sums[to + c] += tile[from + c];
      }
    }
  }
}
