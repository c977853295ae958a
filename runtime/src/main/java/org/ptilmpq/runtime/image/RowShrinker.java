package org.ptilmpq.runtime.image;

/**
 * Makes a picture smaller while its rows are decoded: each of its pixels is the mean of a square of the decoded ones,
 * or of the part of the square within the picture, halves rounded up, red, green and blue each for itself.
 */
final class RowShrinker {

  private final int width;
  private final int height;
  private final int factor;

  /** The decoded row. */
  private final byte[] row;

  /** Sums over the squares that the last rows belong to, red, green and blue in turn. */
  private final int[] sums;

  private final byte[] rgb;

  /**
   * @param width columns as decoded
   * @param height rows as decoded
   * @param factor side of the squares
   */
  RowShrinker(int width, int height, int factor) {
    this.width = width;
    this.height = height;
    this.factor = factor;
    this.row = new byte[3 * width];
    this.sums = new int[3 * Math.ceilDiv(width, factor)];
    this.rgb = new byte[sums.length * Math.ceilDiv(height, factor)];
  }

  /** Bytes of the buffers, the result not included. */
  static long bytes(int width, int factor) {
    return 3L * width + 3L * Integer.BYTES * Math.ceilDiv(width, factor);
  }

  /** Where a decoded row goes: RGB of each pixel. */
  byte[] row() {
    return row;
  }

  /**
   * Takes the row that was written to {@link #row}.
   *
   * @param y which one it is, from 0 in ascending order
   */
  void take(int y) {
    for (int x = 0, from = 0, to = 0; x < width; to += 3) {
      for (int end = Math.min(x + factor, width); x < end; x++, from += 3) {
        sums[to] += row[from] & 0xFF;
        sums[to + 1] += row[from + 1] & 0xFF;
        sums[to + 2] += row[from + 2] & 0xFF;
      }
    }
    if ((y + 1) % factor == 0 || y == height - 1) {
      int rows = y % factor + 1;
      int target = y / factor * sums.length;
      for (int i = 0; i < sums.length; i++) {
        int count = rows * Math.min(factor, width - i / 3 * factor);
        rgb[target + i] = (byte) ((sums[i] + count / 2) / count);
        sums[i] = 0;
      }
    }
  }

  /** The shrunk picture, once all rows are taken. */
  Picture picture() {
    return new Picture(sums.length / 3, Math.ceilDiv(height, factor), rgb);
  }
}
