package org.ptilmpq.runtime.image;

/**
 * What a picture may cost. All three are checked before its pixels are allocated, so that a small file that claims to
 * be an enormous picture (a decode bomb) is refused for nothing.
 *
 * @param maxFileBytes longest encoded picture, in bytes, at most 2³¹ − 16
 * @param maxPixels most pixels, width · height
 * @param maxMemory most bytes taken while decoding ({@link PictureHeader#decodeBytes()}), beside the encoded bytes
 */
public record DecodeLimits(long maxFileBytes, long maxPixels, long maxMemory) {

  /** 64 MB encoded, 50 megapixels, and whatever memory those take. */
  public static final DecodeLimits DEFAULT = new DecodeLimits(64_000_000, 50_000_000, Long.MAX_VALUE);

  /** Longest side, in pixels: JPEG can't hold a longer one, and a row of it always fits in little memory. */
  static final int MAX_SIDE = 65_535;

  public DecodeLimits {
    if (maxFileBytes < 1 || maxFileBytes > Integer.MAX_VALUE - 15 || maxPixels < 1 || maxMemory < 1) {
      throw new IllegalArgumentException(
          "limits must be positive, and files below 2 GiB: " + maxFileBytes + ", " + maxPixels + ", " + maxMemory);
    }
    // Three bytes a pixel lie in one array.
    maxPixels = Math.min(maxPixels, (Integer.MAX_VALUE - 15) / 3);
  }

  /** The same, with at most this many bytes of memory while decoding. */
  public DecodeLimits withMemory(long bytes) {
    return new DecodeLimits(maxFileBytes, maxPixels, bytes);
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
