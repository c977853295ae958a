package org.ptilmpq.runtime.image;

/**
 * The source pixels that each wanted pixel along one axis is made of, and their weights. A triangle filter whose
 * half-width is one source pixel, or one target pixel where the picture shrinks, which makes it antialiased. Source of
 * the method: Pillow's resampling ({@code Image.BILINEAR}); its order of floating-point operations and its roundings
 * are kept, since they decide the last bit.
 */
final class ResizeWeights {

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
