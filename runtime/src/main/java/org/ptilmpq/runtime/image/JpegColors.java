package org.ptilmpq.runtime.image;

/**
 * Converts JPEG components to RGB, in the integer arithmetic of libjpeg and Pillow, so that results equal theirs to the
 * bit. Sources of the formulas: JFIF 1.02 for YCbCr, Adobe's technical note 5116 for the inverted CMYK that every
 * writer follows.
 */
final class JpegColors {

  /** Fixed-point fraction bits of libjpeg's colour conversion. */
  private static final int BITS = 16;

  private static final int HALF = 1 << BITS - 1;

  /** What Cr adds to red and Cb to blue, and, times 2¹⁶, what both add to green; one of them has the rounding half. */
  private static final int[] CR_TO_RED = new int[256];

  private static final int[] CB_TO_BLUE = new int[256];
  private static final int[] CR_TO_GREEN = new int[256];
  private static final int[] CB_TO_GREEN = new int[256];

  static {
    int red = fixed(1.40200);
    int blue = fixed(1.77200);
    int greenOfCr = fixed(0.71414);
    int greenOfCb = fixed(0.34414);
    for (int i = 0; i < 256; i++) {
      CR_TO_RED[i] = red * (i - 128) + HALF >> BITS;
      CB_TO_BLUE[i] = blue * (i - 128) + HALF >> BITS;
      CR_TO_GREEN[i] = -greenOfCr * (i - 128);
      CB_TO_GREEN[i] = -greenOfCb * (i - 128) + HALF;
    }
  }

  private JpegColors() {}

  /**
   * Computes one row of RGB pixels.
   *
   * @param planes of all components, each at the row
   * @param width pixels of the row
   * @param to where they go in {@code rgb}
   */
  static void toRgb(JpegHeader.Colors colors, JpegPlane[] planes, int width, byte[] rgb, int to) {
    switch (colors) {
      case GREY -> greyToRgb(planes[0], width, rgb, to);
      case RGB -> interleave(planes, width, rgb, to);
      case YCC -> yccToRgb(planes, width, rgb, to);
      case CMYK -> {
        interleave(planes, width, rgb, to);
        inkToRgb(planes[3], 255, width, rgb, to);
      }
      case YCCK -> {
        // As libjpeg has it, C, M, Y are the complements of what YCbCr gives as R, G, B.
        yccToRgb(planes, width, rgb, to);
        inkToRgb(planes[3], 0, width, rgb, to);
      }
    }
  }

  private static void greyToRgb(JpegPlane plane, int width, byte[] rgb, int to) {
    byte[] samples = plane.row();
    for (int at = plane.rowStart(), end = at + width; at < end; at++, to += 3) {
      byte grey = samples[at];
      rgb[to] = grey;
      rgb[to + 1] = grey;
      rgb[to + 2] = grey;
    }
  }

  private static void interleave(JpegPlane[] planes, int width, byte[] rgb, int to) {
    for (int c = 0; c < 3; c++) {
      byte[] samples = planes[c].row();
      int out = to + c;
      for (int at = planes[c].rowStart(), end = at + width; at < end; at++, out += 3) {
        rgb[out] = samples[at];
      }
    }
  }

  /** R = Y + 1.402 Cr, G = Y − 0.34414 Cb − 0.71414 Cr, B = Y + 1.772 Cb, with Cb and Cr less 128. */
  private static void yccToRgb(JpegPlane[] planes, int width, byte[] rgb, int to) {
    byte[] luma = planes[0].row();
    byte[] blues = planes[1].row();
    byte[] reds = planes[2].row();
    int blueAt = planes[1].rowStart();
    int redAt = planes[2].rowStart();
    for (int at = planes[0].rowStart(), end = at + width; at < end; at++, blueAt++, redAt++, to += 3) {
      int y = luma[at] & 0xFF;
      int cb = blues[blueAt] & 0xFF;
      int cr = reds[redAt] & 0xFF;
      int red = y + CR_TO_RED[cr];
      int green = y + (CB_TO_GREEN[cb] + CR_TO_GREEN[cr] >> BITS);
      int blue = y + CB_TO_BLUE[cb];
      if (((red | green | blue) & ~0xFF) != 0) {
        red = clamp(red);
        green = clamp(green);
        blue = clamp(blue);
      }
      rgb[to] = (byte) red;
      rgb[to + 1] = (byte) green;
      rgb[to + 2] = (byte) blue;
    }
  }

  /**
   * Pillow's CMYK to RGB, (255 − ink) · (255 − black) / 255 rounded its way, in place. Stored samples are 255 − ink,
   * black included.
   *
   * @param black samples of the fourth component
   * @param inverted 255 if the three others are complements of ink, 0 if they are ink
   */
  private static void inkToRgb(JpegPlane black, int inverted, int width, byte[] rgb, int to) {
    byte[] samples = black.row();
    for (int at = black.rowStart(), end = at + width; at < end; at++) {
      int white = samples[at] & 0xFF;
      for (int c = 0; c < 3; c++, to++) {
        int product = ((rgb[to] & 0xFF) ^ inverted) * white + 128;
        rgb[to] = (byte) (white - ((product >> 8) + product >> 8));
      }
    }
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << BITS) + 0.5);
  }

  private static int clamp(int value) {
    return value < 0 ? 0 : Math.min(value, 255);
  }
}
