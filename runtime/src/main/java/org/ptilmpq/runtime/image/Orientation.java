package org.ptilmpq.runtime.image;

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
}
