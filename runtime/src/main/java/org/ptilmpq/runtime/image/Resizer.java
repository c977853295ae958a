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

  private static final int HALF = 1 << Weights.BITS - 1;

  private final Weights across = new Weights();
  private final Weights down = new Weights();
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
    return Weights.bytes(width, geometry.width(), cropWidth)
        + Weights.bytes(height, geometry.height(), cropHeight)
        + (Weights.tapsFor(height, geometry.height()) + 4L) * 3 * cropWidth;
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
    return (byte) Math.min(sum >> Weights.BITS, 255);
  }

  /**
   * Where the network's input lies in a picture: the picture is resized as a whole, and a window of the result is the
   * input. The part of the window outside the resized picture is black.
   *
   * @param width columns of the resized picture
   * @param height rows of the resized picture
   * @param left the window's first column in it; negative if the picture is narrower
   * @param top the window's first row in it; negative if the picture is lower
   */
  record CropGeometry(long width, long height, long left, long top) {

    /**
     * The resize and centre crop that classifiers are trained with.
     *
     * <p>Sizes are those of Python's {@code k = resize / min(w, h); int(w * k), int(h * k)}: one rounded factor,
     * truncated products, so that the shorter side is sometimes a pixel short of {@code resize}. The window is
     * torchvision's {@code CenterCrop}: halves of pixels round to even when cutting, and down when padding.
     *
     * @param resize length of the shorter side, or 0 to keep the size
     */
    static CropGeometry of(int pictureWidth, int pictureHeight, int resize, int cropWidth, int cropHeight) {
      double k = resize == 0 ? 1 : (double) resize / Math.min(pictureWidth, pictureHeight);
      long width = Math.max(1, (long) (pictureWidth * k));
      long height = Math.max(1, (long) (pictureHeight * k));
      return new CropGeometry(width, height, start(width, cropWidth), start(height, cropHeight));
    }

    private static long start(long side, int crop) {
      return side < crop ? -((crop - side) / 2) : (long) Math.rint((side - crop) / 2.0);
    }
  }

  /**
   * The source pixels that each wanted pixel along one axis is made of, and their weights. A triangle filter whose
   * half-width is one source pixel, or one target pixel where the picture shrinks, which makes it antialiased. Source
   * of the method: Pillow's resampling ({@code Image.BILINEAR}); its order of floating-point operations and its
   * roundings are kept, since they decide the last bit.
   */
  private static final class Weights {

    /** Fraction bits of a weight: 8 bits of pixel and 2 of headroom fit beside them in 32. */
    static final int BITS = 32 - 8 - 2;

    /** First source pixel of each wanted one, and how many there are. */
    private int[] first = {};

    private int[] count = {};

    /** Weights, {@link #taps} places for each wanted pixel. */
    private int[] weights = {};

    private int taps;

    /**
     * Computes the weights; arrays grow to the largest size seen and are reused.
     *
     * @param sourceSide pixels of the source along this axis, at least 1
     * @param targetSide pixels it is resized to, at least 1
     * @param from the first of the target's pixels that are wanted
     * @param wanted how many of them
     */
    void compute(int sourceSide, long targetSide, long from, int wanted) {
      double scale = (double) sourceSide / targetSide;
      double filterScale = Math.max(scale, 1.0);
      double support = filterScale;
      taps = tapsFor(sourceSide, targetSide);
      if (first.length < wanted) {
        first = new int[wanted];
        count = new int[wanted];
      }
      if (weights.length < Math.multiplyExact(wanted, taps)) {
        weights = new int[wanted * taps];
      }
      double invert = 1.0 / filterScale;
      for (int i = 0; i < wanted; i++) {
        double centre = (from + i + 0.5) * scale;
        int low = Math.max((int) (centre - support + 0.5), 0);
        int high = Math.min((int) (centre + support + 0.5), sourceSide);
        double sum = 0;
        for (int x = low; x < high; x++) {
          sum += triangle((x - centre + 0.5) * invert);
        }
        for (int x = low; x < high; x++) {
          double weight = triangle((x - centre + 0.5) * invert);
          weight = sum != 0 ? weight / sum : weight;
          weights[i * taps + x - low] = (int) (0.5 + weight * (1 << BITS));
        }
        first[i] = low;
        count[i] = high - low;
      }
    }

    /** Most source pixels that one target pixel is made of. */
    static int tapsFor(int sourceSide, long targetSide) {
      return 2 * (int) Math.ceil(Math.max((double) sourceSide / targetSide, 1.0)) + 1;
    }

    /** Bytes that the weights of this many pixels take. */
    static long bytes(int sourceSide, long targetSide, int wanted) {
      return 4L * wanted * (2 + tapsFor(sourceSide, targetSide));
    }

    private static double triangle(double x) {
      double distance = Math.abs(x);
      return distance < 1.0 ? 1.0 - distance : 0.0;
    }

    int first(int i) {
      return first[i];
    }

    int count(int i) {
      return count[i];
    }

    int taps() {
      return taps;
    }

    /** Where the i-th wanted pixel's weights start in {@link #weights()}. */
    int offset(int i) {
      return i * taps;
    }

    int[] weights() {
      return weights;
    }
  }
}
