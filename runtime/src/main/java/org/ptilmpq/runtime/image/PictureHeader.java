package org.ptilmpq.runtime.image;

/**
 * The contents of a picture's header, known before any pixel is decoded.
 *
 * @param format the file format
 * @param width columns as stored, before the orientation is applied
 * @param height rows as stored
 * @param orientation how the stored picture is turned upright
 * @param decodeBytes upper bound of the memory that decoding takes, heap and native together, the result included, the
 *     encoded bytes excluded
 */
public record PictureHeader(Format format, int width, int height, Orientation orientation, long decodeBytes) {

  /** The supported formats. */
  public enum Format {
    JPEG,
    PNG
  }

  /** Returns the memory of a decoder's own work and the final picture, and of the turned copy where there is one. */
  static long decodeBytes(int width, int height, Orientation orientation, long working, long buffers) {
    long rgb = 3L * width * height;
    long turned = orientation == Orientation.UPRIGHT ? 0 : 2 * rgb;
    return Math.max(working, turned) + buffers;
  }
}
