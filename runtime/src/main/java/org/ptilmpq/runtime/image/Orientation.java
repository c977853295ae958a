package org.ptilmpq.runtime.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a camera held the picture: the values of EXIF's tag 0x0112 (CIPA DC-008, 4.6.4), in order from 1. Each says where
 * the stored picture's first row and first column are seen.
 */
public enum Orientation {
  /** 1: as stored. */
  UPRIGHT(false, false, false),
  /** 2: mirrored, left for right. */
  MIRRORED(false, true, false),
  /** 3: half a turn. */
  HALF_TURN(false, true, true),
  /** 4: mirrored, top for bottom. */
  FLIPPED(false, false, true),
  /** 5: rows are columns. */
  TRANSPOSED(true, false, false),
  /** 6: shown a quarter turn clockwise. */
  QUARTER_CLOCKWISE(true, false, true),
  /** 7: rows are columns, both from the far end. */
  TRANSVERSE(true, true, true),
  /** 8: shown a quarter turn anticlockwise. */
  QUARTER_ANTICLOCKWISE(true, true, false);

  private static final Orientation[] BY_CODE = values();

  /** Whether rows become columns. */
  private final boolean swaps;

  /** Whether stored columns are read from the right. */
  private final boolean fromRight;

  /** Whether stored rows are read from the bottom. */
  private final boolean fromBottom;

  Orientation(boolean swaps, boolean fromRight, boolean fromBottom) {
    this.swaps = swaps;
    this.fromRight = fromRight;
    this.fromBottom = fromBottom;
  }

  /** Returns the orientation of an EXIF value; anything but 2…8 counts as upright, as in viewers. */
  static Orientation ofCode(long code) {
    return code >= 1 && code <= BY_CODE.length ? BY_CODE[(int) code - 1] : UPRIGHT;
  }

  /** Returns the picture turned upright: the same object if it is upright already, otherwise a new one. */
  Picture apply(Picture stored) {
    if (this == UPRIGHT) {
      return stored;
    }
    int width = swaps ? stored.height() : stored.width();
    int height = swaps ? stored.width() : stored.height();
    // Steps through the stored bytes for one stored column and row, and from there for one shown column and row.
    int column = fromRight ? -3 : 3;
    int row = 3 * stored.width() * (fromBottom ? -1 : 1);
    int firstColumn = fromRight ? 3 * (stored.width() - 1) : 0;
    int firstRow = fromBottom ? 3 * stored.width() * (stored.height() - 1) : 0;
    int dx = swaps ? row : column;
    int dy = swaps ? column : row;
    byte[] from = stored.rgb();
    byte[] to = new byte[from.length];
    for (int y = 0, at = 0; y < height; y++) {
      int source = firstRow + firstColumn + y * dy;
      for (int x = 0; x < width; x++, at += 3, source += dx) {
        to[at] = from[source];
        to[at + 1] = from[source + 1];
        to[at + 2] = from[source + 2];
      }
    }
    return new Picture(width, height, to);
  }

  /**
   * Finds the orientation in an EXIF block, which is a small TIFF file: a byte order mark, then a directory of 12-byte
   * entries (CIPA DC-008, 4.5; TIFF 6.0, section 2).
   */
  static final class Exif {

    private static final int ORIENTATION_TAG = 0x0112;
    private static final int TYPE_SHORT = 3;
    private static final int TYPE_LONG = 4;
    private static final int ENTRY_BYTES = 12;

    private Exif() {}

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
}
