package org.ptilmpq.runtime.image;

import java.util.Arrays;

/**
 * Resizes pictures and cuts a window out of the result, row by row, with the bytes that Pillow's {@code resize(size,
 * Image.BILINEAR).crop(window)} gives. Each source row is first resized across and rounded to 8 bits; target rows are
 * sums of those. Only what the window needs is computed, and only as many rows are kept as one target row is made of:
 *
 * <pre>
 *   source rows   ─ across → ring of 8-bit rows, window wide   ─ down → one row of the window
 *   y, y+1, …                slot of row y is y mod taps
 * </pre>
 *
 * Buffers grow to the largest picture seen and are reused. Not for use by several threads at once.
 */
final class Resizer {

  private static final int HALF = 1 << ResizeWeights.BITS - 1;

  private final ResizeWeights across = new ResizeWeights();
  private final ResizeWeights down = new ResizeWeights();
  private byte[] ring = {};
  private int[] sums = {};

  private Picture picture;

  /** The part of the window that lies in the resized picture. */
  private int left;

  private int top;
  private int columns;
  private int rows;

  /** The first source row that is not in the ring yet. */
  private int nextSource;

  /** Starts a picture: the rows of the window are then requested from the top by {@link #row}. */
  void start(Picture picture, CropGeometry geometry, int cropWidth, int cropHeight) {
    this.picture = picture;
    left = (int) Math.max(0, -geometry.left());
    top = (int) Math.max(0, -geometry.top());
    columns = (int) Math.min(cropWidth - left, geometry.width() - Math.max(0, geometry.left()));
    rows = (int) Math.min(cropHeight - top, geometry.height() - Math.max(0, geometry.top()));
    across.compute(picture.width(), geometry.width(), Math.max(0, geometry.left()), columns);
    down.compute(picture.height(), geometry.height(), Math.max(0, geometry.top()), rows);
    if (ring.length < Math.multiplyExact(down.taps(), 3 * columns)) {
      ring = new byte[down.taps() * 3 * columns];
    }
    if (sums.length < 3 * columns) {
      sums = new int[3 * columns];
    }
    nextSource = down.first(0);
  }

  /** Bytes of the buffers for a picture, beside the picture itself. */
  static long bytes(int width, int height, CropGeometry geometry, int cropWidth, int cropHeight) {
    return ResizeWeights.bytes(width, geometry.width(), cropWidth)
        + ResizeWeights.bytes(height, geometry.height(), cropHeight)
        + (ResizeWeights.tapsFor(height, geometry.height()) + 4L) * 3 * cropWidth;
  }

  /**
   * Computes a row of the window.
   *
   * @param y 0, 1, … in ascending order
   * @param target gets the window's width of RGB pixels
   */
  void row(int y, byte[] target) {
    int length = 3 * columns;
    if (y < top || y >= top + rows) {
      Arrays.fill(target, (byte) 0);
      return;
    }
    int first = down.first(y - top);
    int end = first + down.count(y - top);
    for (nextSource = Math.max(nextSource, first); nextSource < end; nextSource++) {
      resizeAcross(nextSource);
    }
    Arrays.fill(sums, 0, length, HALF);
    int weight = down.offset(y - top);
    for (int source = first; source < end; source++, weight++) {
      addRow(source % down.taps() * length, length, down.weights()[weight]);
    }
    Arrays.fill(target, 0, 3 * left, (byte) 0);
    for (int i = 0; i < length; i++) {
      target[3 * left + i] = pixel(sums[i]);
    }
    Arrays.fill(target, 3 * left + length, target.length, (byte) 0);
  }

  private void addRow(int slot, int length, int weight) {
    for (int i = 0; i < length; i++) {
      sums[i] += (ring[slot + i] & 0xFF) * weight;
    }
  }

  private void resizeAcross(int y) {
    byte[] rgb = picture.rgb();
    int[] weights = across.weights();
    int rowStart = 3 * y * picture.width();
    int to = y % down.taps() * 3 * columns;
    for (int x = 0; x < columns; x++, to += 3) {
      int from = rowStart + 3 * across.first(x);
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      int weight = across.offset(x);
      for (int end = weight + across.count(x); weight < end; weight++, from += 3) {
        int w = weights[weight];
        red += (rgb[from] & 0xFF) * w;
        green += (rgb[from + 1] & 0xFF) * w;
        blue += (rgb[from + 2] & 0xFF) * w;
      }
      ring[to] = pixel(red);
      ring[to + 1] = pixel(green);
      ring[to + 2] = pixel(blue);
    }
  }

  /** Whole part of a sum; over very many pixels, rounded weights can add up to a little more than 1. */
  private static byte pixel(int sum) {
    return (byte) Math.min(sum >> ResizeWeights.BITS, 255);
  }
}
