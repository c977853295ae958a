package org.ptilmpq.runtime.image;

/**
 * Brings rows of subsampled components to the picture's width and height, as libjpeg-turbo does. Where a side has half
 * the samples, a sample of the picture lies a quarter off the nearest one stored, and is three quarters of that and one
 * quarter of its neighbour (a triangle filter); other factors repeat samples. Sums are rounded up and down alternately.
 */
final class JpegUpsampling {

  private JpegUpsampling() {}

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
