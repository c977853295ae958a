package org.ptilmpq.runtime.image;

/**
 * The contents of a JPEG's segments up to its first scan (ITU-T T.81, annex B), before anything is decoded.
 *
 * @param width columns
 * @param height rows
 * @param components number, sampling factors (horizontal · 16 + vertical) and quantization table of each of 1, 3 or 4
 * @param colors what the components are
 * @param isProgressive whether scans refine coefficients
 * @param scans passes over the picture: 1 where one scan has everything, several for a progressive one
 * @param orientation from the EXIF segment
 * @param from where the file begins in its array
 * @param to where it ends; what follows the picture in it, such as a phone's second one, is ignored
 */
record JpegHeader(
    int width, int height, byte[] components, Colors colors, boolean isProgressive, int scans, Orientation orientation,
    int from, int to) {

  /** The meaning of a JPEG's components. */
  enum Colors {
    GREY,
    RGB,
    YCC,
    CMYK,
    YCCK
  }

  /** Bytes of a component in the frame header. */
  static final int COMPONENT_BYTES = 3;

  static final int MAX_SHRINKING = 8;
  static final int MAX_COMPONENTS = 4;
  static final int MAX_FACTOR = 4;

  /** Huffman and quantization tables, a block, and small objects. */
  private static final int FIXED_BYTES = 64 * 1024;

  PictureHeader summary() {
    return summary(1);
  }

  /**
   * Returns the header of the picture as it is when it is shrunk.
   *
   * @param shrinking 1, 2, 4 or 8: each pixel is the mean of this many columns and rows
   */
  PictureHeader summary(int shrinking) {
    int shrunkWidth = Math.ceilDiv(width, shrinking);
    int shrunkHeight = Math.ceilDiv(height, shrinking);
    long pixels = 3L * shrunkWidth * shrunkHeight;
    long planes = 0;
    for (int c = 0; c < count(); c++) {
      planes += JpegPlane.bytes(across(c), down(c), this);
    }
    long buffers = FIXED_BYTES + planes + (shrinking == 1 ? 0 : RowShrinker.bytes(width, shrinking));
    return new PictureHeader(PictureHeader.Format.JPEG, shrunkWidth, shrunkHeight, orientation,
        PictureHeader.decodeBytes(shrunkWidth, shrunkHeight, orientation, pixels + coefficientBytes(), buffers));
  }

  /** Pictures in several scans are kept whole as 16-bit DCT coefficients, each component in its own resolution. */
  private long coefficientBytes() {
    if (!keepsCoefficients()) {
      return 0;
    }
    long blocks = 0;
    for (int c = 0; c < count(); c++) {
      blocks += (long) across(c) * down(c);
    }
    return blocks * unitsAcross() * unitsDown() * JpegComponent.BLOCK * Short.BYTES;
  }

  static long worstDecodeBytes(int width, int height) {
    // Four components, progressive, each side rounded up to four blocks.
    long paddedWidth = width + 8 * MAX_FACTOR - 1;
    long paddedHeight = height + 8 * MAX_FACTOR - 1;
    long coefficients = MAX_COMPONENTS * Short.BYTES * paddedWidth * paddedHeight;
    long planes = MAX_COMPONENTS * (2L * 8 * MAX_FACTOR + 1) * paddedWidth;
    return 3L * width * height + coefficients + planes + FIXED_BYTES;
  }

  /** Whether coefficients are kept of the whole picture, since no scan has all of them. */
  boolean keepsCoefficients() {
    return isProgressive || scans > 1;
  }

  /** How many components there are. */
  int count() {
    return components.length / COMPONENT_BYTES;
  }

  /** The component's horizontal sampling factor. A single component's blocks always come one by one. */
  int across(int component) {
    return count() == 1 ? 1 : components[component * COMPONENT_BYTES + 1] >> 4;
  }

  /** The component's vertical sampling factor. */
  int down(int component) {
    return count() == 1 ? 1 : components[component * COMPONENT_BYTES + 1] & 15;
  }

  /** The largest horizontal sampling factor: a unit (MCU) has 8 times as many columns. */
  int mostAcross() {
    int most = 1;
    for (int c = 0; c < count(); c++) {
      most = Math.max(most, across(c));
    }
    return most;
  }

  /** The largest vertical sampling factor. */
  int mostDown() {
    int most = 1;
    for (int c = 0; c < count(); c++) {
      most = Math.max(most, down(c));
    }
    return most;
  }

  int unitsAcross() {
    return Math.ceilDiv(width, 8 * mostAcross());
  }

  int unitsDown() {
    return Math.ceilDiv(height, 8 * mostDown());
  }
}
