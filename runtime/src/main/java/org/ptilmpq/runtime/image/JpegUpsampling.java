package org.ptilmpq.runtime.image;

/**
 * Colour of half the height and full width (4:4:0, what turning a 4:2:2 photograph by a quarter leaves), brought to
 * full height as libjpeg-turbo does. The JDK's own libjpeg (6b) is older and smooths columns but not rows: it doubles
 * them. A Java runtime linked with the system's libjpeg-turbo, as Debian's is, has smoothed them already.
 */
final class JpegUpsampling {

  private JpegUpsampling() {}

  /** Smooths, in place, those components whose rows were merely doubled; all other samples stay as they are. */
  static void smoothDoubledRows(byte[] samples, JpegHeader header) {
    int across = 0;
    int down = 0;
    for (byte s : header.sampling()) {
      across = Math.max(across, s >> 4);
      down = Math.max(down, s & 15);
    }
    int components = header.sampling().length;
    for (int c = 0; c < components; c++) {
      boolean halfHeight = header.sampling()[c] >> 4 == across && 2 * (header.sampling()[c] & 15) == down;
      if (halfHeight && rowsAreDoubled(samples, c, components, header.width(), header.height())) {
        smooth(samples, c, components, header.width(), header.height());
      }
    }
  }

  private static boolean rowsAreDoubled(byte[] samples, int component, int components, int width, int height) {
    int row = width * components;
    for (int y = 0; y + 1 < height; y += 2) {
      for (int i = y * row + component, end = (y + 1) * row; i < end; i += components) {
        if (samples[i] != samples[i + row]) {
          return false;
        }
      }
    }
    return true;
  }

  /** Each row becomes three quarters itself and one quarter the nearer neighbour; halves go down above and up below. */
  private static void smooth(byte[] samples, int component, int components, int width, int height) {
    int row = width * components;
    int[] above = new int[width];
    int[] here = new int[width];
    for (int y = 0; y < height; y += 2) {
      int at = y * row + component;
      boolean last = y + 2 >= height;
      for (int x = 0; x < width; x++, at += components) {
        here[x] = samples[at] & 0xFF;
        int up = y == 0 ? here[x] : above[x];
        samples[at] = (byte) (3 * here[x] + up + 1 >> 2);
        if (y + 1 < height) {
          int below = last ? here[x] : samples[at + 2 * row] & 0xFF;
          samples[at + row] = (byte) (3 * here[x] + below + 2 >> 2);
        }
      }
      int[] swap = above;
      above = here;
      here = swap;
    }
  }
}
