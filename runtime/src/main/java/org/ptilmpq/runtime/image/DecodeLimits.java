package org.ptilmpq.runtime.image;

/**
 * Limits on what a picture may cost. All three are checked before its pixels are allocated, so that a small file that
 * claims to be an enormous picture (a decode bomb) is refused at no cost.
 *
 * @param maxFileBytes longest encoded picture, in bytes, at most 2³¹ − 16
 * @param maxPixels most pixels, width · height
 * @param maxMemory most bytes taken while decoding ({@link PictureHeader#decodeBytes()}), beside the encoded bytes
 * @param leastSide a JPEG beyond the other two limits is shrunk while it is decoded, if its shorter side keeps at least
 *     this many pixels; 0: never
 */
public record DecodeLimits(long maxFileBytes, long maxPixels, long maxMemory, int leastSide) {

  /** 64 MB encoded, 50 megapixels, and whatever memory those take. */
  public static final DecodeLimits DEFAULT = new DecodeLimits(64_000_000, 50_000_000, Long.MAX_VALUE);

  /** Longest side, in pixels: JPEG can't hold a longer one, and a row of it always fits in little memory. */
  static final int MAX_SIDE = 65_535;

  /** Most pixels of any picture: three bytes of each lie in one array. */
  static final int MAX_PIXELS = (Integer.MAX_VALUE - 15) / 3;

  /** Most pixels of a picture that is shrunk: no camera takes more, and a small file must not cost hours. */
  static final long MAX_SHRUNK_PIXELS = 256_000_000;

  public DecodeLimits {
    if (leastSide < 0 || maxFileBytes < 1 || maxFileBytes > Integer.MAX_VALUE - 15 || maxPixels < 1 || maxMemory < 1) {
      throw new IllegalArgumentException(
          "limits must be positive, and files below 2 GiB: " + maxFileBytes + ", " + maxPixels + ", " + maxMemory);
    }
    maxPixels = Math.min(maxPixels, MAX_PIXELS);
  }

  /** Creates these limits; no JPEG is shrunk to come below them. */
  public DecodeLimits(long maxFileBytes, long maxPixels, long maxMemory) {
    this(maxFileBytes, maxPixels, maxMemory, 0);
  }

  /**
   * Returns the factor by which a JPEG is shrunk while it is decoded: 1 if it fits as it is, otherwise 2, 4 or 8, the
   * first that fits.
   *
   * @throws PictureException if none does; the message describes the picture as it is
   */
  int shrinking(JpegHeader header) throws PictureException {
    PictureHeader whole = header.summary();
    boolean mayShrink = leastSide > 0 && (long) whole.width() * whole.height() <= MAX_SHRUNK_PIXELS;
    for (int factor = 1; factor <= (mayShrink ? JpegHeader.MAX_SHRINKING : 1); factor *= 2) {
      PictureHeader shrunk = header.summary(factor);
      boolean isLargeEnough = factor == 1 || Math.min(shrunk.width(), shrunk.height()) >= leastSide;
      if (isLargeEnough && (long) shrunk.width() * shrunk.height() <= maxPixels
          && shrunk.decodeBytes() <= maxMemory) {
        return factor;
      }
    }
    check(whole);
    return 1;
  }

  /** Refuses a picture by what its header says. */
  void check(PictureHeader header) throws PictureException {
    String size = header.width() + " × " + header.height();
    if (header.width() > MAX_SIDE || header.height() > MAX_SIDE) {
      throw new PictureException("picture of " + size + " pixels: no side may be longer than " + MAX_SIDE);
    }
    if ((long) header.width() * header.height() > maxPixels) {
      throw new PictureException(
          "picture of " + size + " pixels: more than the " + maxPixels + " allowed; make it smaller first");
    }
    if (header.decodeBytes() > maxMemory) {
      throw new PictureException("picture of " + size + " pixels: decoding takes " + header.decodeBytes()
          + " bytes, more than the " + maxMemory + " left for it; make it smaller, or raise the memory cap");
    }
  }
}
