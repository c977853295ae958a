package org.ptilmpq.runtime.image;

/**
 * JPEG components to RGB, in the integer arithmetic of libjpeg and Pillow, so that results equal theirs to the bit.
 * Sources of the formulas: JFIF 1.02 for YCbCr, Adobe's technical note 5116 for the inverted CMYK that every writer
 * follows.
 */
final class JpegColors {

  /** Fixed-point fraction bits of libjpeg's colour conversion. */
  private static final int BITS = 16;

  private static final int HALF = 1 << BITS - 1;

  private JpegColors() {}

  /**
   * RGB of samples that lie pixel by pixel.
   *
   * @param samples of all components; with three of them changed in place and returned
   */
  static byte[] toRgb(byte[] samples, JpegHeader.Colors colors) {
    return switch (colors) {
      case RGB -> samples;
      case GREY -> greyToRgb(samples);
      case YCC -> {
        yccToRgb(samples, 3);
        yield samples;
      }
      case CMYK -> inkToRgb(samples, 255);
      case YCCK -> {
        // As libjpeg has it, C, M, Y are the complements of what YCbCr gives as R, G, B.
        yccToRgb(samples, 4);
        yield inkToRgb(samples, 0);
      }
    };
  }

  private static byte[] greyToRgb(byte[] grey) {
    byte[] rgb = new byte[3 * grey.length];
    for (int i = 0; i < grey.length; i++) {
      rgb[3 * i] = grey[i];
      rgb[3 * i + 1] = grey[i];
      rgb[3 * i + 2] = grey[i];
    }
    return rgb;
  }

  /** R = Y + 1.402 Cr, G = Y − 0.34414 Cb − 0.71414 Cr, B = Y + 1.772 Cb, with Cb and Cr less 128. */
  private static void yccToRgb(byte[] samples, int pixel) {
    for (int i = 0; i < samples.length; i += pixel) {
      int y = samples[i] & 0xFF;
      int cb = (samples[i + 1] & 0xFF) - 128;
      int cr = (samples[i + 2] & 0xFF) - 128;
      samples[i] = clamp(y + (fixed(1.40200) * cr + HALF >> BITS));
      samples[i + 1] = clamp(y + (-fixed(0.34414) * cb - fixed(0.71414) * cr + HALF >> BITS));
      samples[i + 2] = clamp(y + (fixed(1.77200) * cb + HALF >> BITS));
    }
  }

  /**
   * Pillow's CMYK to RGB, (255 − ink) · (255 − black) / 255 rounded its way. Stored samples are 255 − ink, black
   * included.
   *
   * @param inverted 255 if the first three samples are complements of ink, 0 if they are ink
   */
  private static byte[] inkToRgb(byte[] samples, int inverted) {
    byte[] rgb = new byte[samples.length / 4 * 3];
    for (int i = 0, to = 0; i < samples.length; i += 4) {
      int white = samples[i + 3] & 0xFF;
      for (int c = 0; c < 3; c++, to++) {
        int product = ((samples[i + c] & 0xFF) ^ inverted) * white + 128;
        rgb[to] = (byte) (white - ((product >> 8) + product >> 8));
      }
    }
    return rgb;
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << BITS) + 0.5);
  }

  private static byte clamp(int value) {
    return (byte) Math.clamp(value, 0, 255);
  }
}
