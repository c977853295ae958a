package org.ptilmpq.runtime.image;

/**
 * What a picture's header says, known before any pixel is decoded.
 *
 * @param format the file format
 * @param width columns as stored, before the orientation is applied
 * @param height rows as stored
 * @param orientation how the stored picture is turned upright
 * @param decodeBytes upper bound of the memory that decoding takes, heap and native together, the result included, the
 *     encoded bytes not
 */
public record PictureHeader(Format format, int width, int height, Orientation orientation, long decodeBytes) {

  /** The formats that are read. */
  public enum Format {
    JPEG,
    PNG
  }

  /** Of a decoder's own working memory and the final picture, and the turned copy where there is one. */
  static long decodeBytes(int width, int height, Orientation orientation, long working, long buffers) {
    long rgb = 3L * width * height;
    long turned = orientation == Orientation.UPRIGHT ? 0 : 2 * rgb;
    return Math.max(working, turned) + buffers;
  }
}
