package org.ptilmpq.runtime.image;

/**
 * The samples of one component, of two rows of units (MCUs) at a time: the picture's row between two units depends on
 * the samples above and below it.
 */
final class JpegPlane {

  private static final int UNIT_ROWS_KEPT = 2;

  private static final int[] ZEROS = new int[JpegComponent.BLOCK];

  private final JpegComponent component;

  /** How many columns and rows of the picture a sample stands for. */
  private final int timesAcross;

  private final int timesDown;

  private final int stride;
  private final int rowsKept;
  private final byte[] samples;

  /** One row as wide as the picture; empty where the samples themselves are. */
  private final byte[] enlarged;

  /** The row that {@link #toRow} computed. */
  private byte[] row;

  private int rowStart;

  JpegPlane(JpegComponent component, JpegHeader header) {
    this.component = component;
    this.timesAcross = header.mostAcross() / component.across;
    this.timesDown = header.mostDown() / component.down;
    this.stride = 8 * component.paddedAcross;
    this.rowsKept = UNIT_ROWS_KEPT * 8 * component.down;
    this.samples = new byte[rowsKept * stride];
    this.enlarged = new byte[timesAcross == 1 && timesDown == 1 ? 0 : timesAcross * component.width];
  }

  /** Bytes that a plane takes. */
  static long bytes(int across, int down, JpegHeader header) {
    long stride = 8L * across * header.unitsAcross();
    return UNIT_ROWS_KEPT * 8 * down * stride + header.width() + header.mostAcross();
  }

  /**
   * Computes the samples of a block.
   *
   * @param row and column of the block, in blocks
   * @param block dequantized coefficients in natural order, which become zeros
   * @param isConstant whether all but the first are 0
   */
  void put(int row, int column, int[] block, boolean isConstant) {
    int at = 8 * row % rowsKept * stride + 8 * column;
    if (isConstant) {
      InverseTransform.constant(block[0], samples, at, stride);
      block[0] = 0;
    } else {
      InverseTransform.transform(block, samples, at, stride);
      System.arraycopy(ZEROS, 0, block, 0, block.length);
    }
  }

  /** Computes the picture's row y: {@link #row}, from {@link #rowStart} on. */
  void toRow(int y) {
    int sampled = y / timesDown;
    int near = offset(sampled);
    if (enlarged.length == 0) {
      row = samples;
      rowStart = near;
      return;
    }
    row = enlarged;
    rowStart = 0;
    boolean isUpper = y % timesDown == 0;
    // Beyond the edges the outermost rows are repeated.
    int far = offset(isUpper ? Math.max(sampled - 1, 0) : Math.min(sampled + 1, component.height - 1));
    // libjpeg has no filter for rows of one or two samples.
    boolean isSmoothed = timesAcross == 2 && component.width > 2;
    if (timesDown == 2 && isSmoothed) {
      JpegUpsampling.betweenRowsDoubled(samples, near, far, component.width, enlarged);
    } else if (timesDown == 2 && timesAcross == 1) {
      JpegUpsampling.betweenRows(samples, near, far, component.width, isUpper, enlarged);
    } else if (timesDown == 1 && isSmoothed) {
      JpegUpsampling.doubleColumns(samples, near, component.width, enlarged);
    } else {
      JpegUpsampling.repeat(samples, near, component.width, timesAcross, enlarged);
    }
  }

  byte[] row() {
    return row;
  }

  int rowStart() {
    return rowStart;
  }

  private int offset(int sampleRow) {
    return sampleRow % rowsKept * stride;
  }
}
