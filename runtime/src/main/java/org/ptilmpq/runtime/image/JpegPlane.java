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
      Upsampling.betweenRowsDoubled(samples, near, far, component.width, enlarged);
    } else if (timesDown == 2 && timesAcross == 1) {
      Upsampling.betweenRows(samples, near, far, component.width, isUpper, enlarged);
    } else if (timesDown == 1 && isSmoothed) {
      Upsampling.doubleColumns(samples, near, component.width, enlarged);
    } else {
      Upsampling.repeat(samples, near, component.width, timesAcross, enlarged);
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

  /**
   * Brings rows of subsampled components to the picture's width and height, as libjpeg-turbo does. Where a side has
   * half the samples, a sample of the picture lies a quarter off the nearest one stored, and is three quarters of that
   * and one quarter of its neighbour (a triangle filter); other factors repeat samples. Sums are rounded up and down
   * alternately.
   */
  private static final class Upsampling {

    private Upsampling() {}

    /**
     * Makes a row twice as wide.
     *
     * @param samples the row's, from {@code at} on
     * @param width samples of the row, at least 2
     * @param to gets twice as many
     */
    static void doubleColumns(byte[] samples, int at, int width, byte[] to) {
      int last = samples[at] & 0xFF;
      int here = last;
      int next = samples[at + 1] & 0xFF;
      to[0] = (byte) here;
      to[1] = (byte) (3 * here + next + 2 >> 2);
      int out = 2;
      for (int x = 2; x < width; x++, out += 2) {
        last = here;
        here = next;
        next = samples[at + x] & 0xFF;
        int most = 3 * here;
        to[out] = (byte) (most + last + 1 >> 2);
        to[out + 1] = (byte) (most + next + 2 >> 2);
      }
      to[out] = (byte) (3 * next + here + 1 >> 2);
      to[out + 1] = (byte) next;
    }

    /**
     * Computes the row between two: three quarters of the near one, a quarter of the far one.
     *
     * @param isUpper whether it lies above the near row
     */
    static void betweenRows(byte[] samples, int near, int far, int width, boolean isUpper, byte[] to) {
      int rounding = isUpper ? 1 : 2;
      for (int x = 0; x < width; x++) {
        to[x] = (byte) (3 * (samples[near + x] & 0xFF) + (samples[far + x] & 0xFF) + rounding >> 2);
      }
    }

    /** Computes the row between two, twice as wide; rounded once. */
    static void betweenRowsDoubled(byte[] samples, int near, int far, int width, byte[] to) {
      int here = 3 * (samples[near] & 0xFF) + (samples[far] & 0xFF);
      int next = 3 * (samples[near + 1] & 0xFF) + (samples[far + 1] & 0xFF);
      to[0] = (byte) (4 * here + 8 >> 4);
      to[1] = (byte) (3 * here + next + 7 >> 4);
      int out = 2;
      for (int x = 2; x < width; x++, out += 2) {
        int last = here;
        here = next;
        next = 3 * (samples[near + x] & 0xFF) + (samples[far + x] & 0xFF);
        int most = 3 * here;
        to[out] = (byte) (most + last + 8 >> 4);
        to[out + 1] = (byte) (most + next + 7 >> 4);
      }
      to[out] = (byte) (3 * next + here + 8 >> 4);
      to[out + 1] = (byte) (4 * next + 7 >> 4);
    }

    /** Repeats each sample this many times. */
    static void repeat(byte[] samples, int at, int width, int times, byte[] to) {
      for (int x = 0, out = 0; x < width; x++) {
        for (int i = 0; i < times; i++, out++) {
          to[out] = samples[at + x];
        }
      }
    }
  }
}
