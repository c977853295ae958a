package org.ptilmpq.runtime.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Finds the orientation in an EXIF block, which is a small TIFF file: a byte order mark, then a directory of 12-byte
 * entries (CIPA DC-008, 4.5; TIFF 6.0, section 2).
 */
final class ExifOrientation {

  private static final int ORIENTATION_TAG = 0x0112;
  private static final int TYPE_SHORT = 3;
  private static final int TYPE_LONG = 4;
  private static final int ENTRY_BYTES = 12;

  private ExifOrientation() {}

  /**
   * The orientation, or upright if there is none. A damaged block counts as none, since it says nothing about the
   * pixels; every offset is checked against the block's end first.
   *
   * @param bytes holds the block
   * @param from where its TIFF header starts
   * @param to where it ends, exclusive
   */
  static Orientation find(byte[] bytes, int from, int to) {
    if (to - from < 8) {
      return Orientation.UPRIGHT;
    }
    ByteBuffer tiff = ByteBuffer.wrap(bytes, from, to - from).slice();
    int mark = tiff.getShort(0);
    if (mark != 0x4949 && mark != 0x4D4D) {
      return Orientation.UPRIGHT;
    }
    tiff.order(mark == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = Integer.toUnsignedLong(tiff.getInt(4));
    if (tiff.getShort(2) != 42 || directory + 2 > tiff.limit()) {
      return Orientation.UPRIGHT;
    }
    int entries = Short.toUnsignedInt(tiff.getShort((int) directory));
    for (int i = 0; i < entries; i++) {
      long at = directory + 2 + (long) i * ENTRY_BYTES;
      if (at + ENTRY_BYTES > tiff.limit()) {
        break;
      }
      if (Short.toUnsignedInt(tiff.getShort((int) at)) == ORIENTATION_TAG) {
        return switch (tiff.getShort((int) at + 2)) {
          case TYPE_SHORT -> Orientation.ofCode(tiff.getShort((int) at + 8));
          case TYPE_LONG -> Orientation.ofCode(tiff.getInt((int) at + 8));
          default -> Orientation.UPRIGHT;
        };
      }
    }
    return Orientation.UPRIGHT;
  }
}
