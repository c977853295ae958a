package org.ptilmpq.cli.run.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads from a JPEG's segment how many pictures belong to it: phones append a gain map or a depth map as a second JPEG
 * (CIPA DC-007, Multi-Picture Format). The segment holds a small TIFF file, as an EXIF segment does.
 */
final class MultiPictureIndex {

  /** The marker of its segment (APP2). */
  static final int MARKER = 0xE2;

  private static final String NAME = "MPF\0";
  private static final int TIFF_HEADER = 8;
  private static final int ENTRY_BYTES = 12;

  /** The tags of an index, which the first picture alone has, end before those of single pictures. */
  private static final int NUMBER_OF_IMAGES = 0xB001;

  private static final int FIRST_OF_A_SINGLE_PICTURE = 0xB101;

  private static final int MAX_FOLLOWERS = 16;

  private MultiPictureIndex() {}

  /**
   * Returns how many pictures follow the one whose segment this is: 0 if it is another segment, or that of a picture
   * which itself follows; 1 if the index can't be read.
   *
   * @param bytes holds the segment's contents
   * @param from where they start
   * @param to where they end, exclusive
   */
  static int followers(byte[] bytes, int from, int to) {
    if (to - from < NAME.length()) {
      return 0;
    }
    for (int i = 0; i < NAME.length(); i++) {
      if (bytes[from + i] != NAME.charAt(i)) {
        return 0;
      }
    }
    int start = from + NAME.length();
    if (to - start < TIFF_HEADER) {
      return 1;
    }
    ByteBuffer tiff = ByteBuffer.wrap(bytes, start, to - start).slice();
    tiff.order(tiff.getShort(0) == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = Integer.toUnsignedLong(tiff.getInt(4));
    int entries = directory + 2 > tiff.limit() ? 0 : Short.toUnsignedInt(tiff.getShort((int) directory));
    for (int i = 0; i < entries && directory + 2 + (i + 1L) * ENTRY_BYTES <= tiff.limit(); i++) {
      int at = (int) directory + 2 + i * ENTRY_BYTES;
      int tag = Short.toUnsignedInt(tiff.getShort(at));
      if (tag == NUMBER_OF_IMAGES) {
        return Math.clamp(Integer.toUnsignedLong(tiff.getInt(at + 8)) - 1, 0, MAX_FOLLOWERS);
      }
      if (tag >= FIRST_OF_A_SINGLE_PICTURE) {
        return 0;
      }
    }
    return 1;
  }
}
