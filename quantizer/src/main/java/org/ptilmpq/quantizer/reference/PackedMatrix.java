package org.ptilmpq.quantizer.reference;

/**
 * The right-hand matrix of many products, in panels as wide as a tile with zeros beyond the last column: {@code
 * [panel][depth][columns of a panel]}. Of a panel, {@link #DEPTH} rows stay in the second-level cache while all tiles
 * of the left-hand rows use them.
 */
final class PackedMatrix {

  /** Maximum number of left-hand rows of one product: whole tiles. */
  static final int ROWS = 16 * GemmTile.ROWS;

  private static final int DEPTH = 384;

  private final int depth;
  private final int panels;
  private final float[] packed;

  /** A matrix of zeros of {@code depth} rows. */
  PackedMatrix(int depth, int columns) {
    this.depth = depth;
    this.panels = Math.ceilDiv(columns, GemmTile.COLUMNS);
    this.packed = new float[Math.multiplyExact(panels * GemmTile.COLUMNS, depth)];
  }

  void set(int row, int column, float value) {
    packed[(column / GemmTile.COLUMNS * depth + row) * GemmTile.COLUMNS + column % GemmTile.COLUMNS] = value;
  }

  /** Columns, rounded up to whole panels: the length of a row of the product. */
  int width() {
    return panels * GemmTile.COLUMNS;
  }

  /**
   * Adds a product.
   *
   * @param rows left-hand rows, {@code stride} apart from {@code offset}; the last tile may read further ones, up to a
   *     whole number of tiles
   * @param count number of rows, at most {@link #ROWS}
   * @param block the sums, {@link #width} per row; the last tile may run over, into rows that are unused
   */
  void multiplyAdd(float[] rows, int offset, int stride, int count, float[] block) {
    int width = width();
    for (int panel = 0; panel < panels; panel++) {
      for (int k = 0; k < depth; k += DEPTH) {
        int from = (panel * depth + k) * GemmTile.COLUMNS;
        int run = Math.min(DEPTH, depth - k);
        for (int row = 0; row < count; row += GemmTile.ROWS) {
          int tile = row * width + panel * GemmTile.COLUMNS;
          GemmTile.multiplyAdd(rows, offset + row * stride + k, stride, packed, from, run, block, tile, width);
        }
      }
    }
  }
}
