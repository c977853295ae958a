package org.ptilmpq.runtime.image;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decodes a PNG's pixels row by row into RGB. The JDK's ImageIO would do it through a full-size raster of the file's
 * own depth, up to eight bytes per pixel besides the result; here two rows are enough, and the desktop classes stay
 * unloaded.
 *
 * <p>As Pillow's {@code convert("RGB")}: alpha is dropped, not blended; 16-bit samples keep their high byte; no gamma.
 * One difference is intended: Pillow clips 16-bit grey at 255, which whitens nearly everything; here it keeps the high
 * byte too.
 */
final class PngDecoder {

  /** First column and row, and steps between columns and rows, of Adam7's passes (W3C PNG, 8.1). */
  private static final int[][] ADAM7 = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private static final int[][] WHOLE = {{0, 0, 1, 1}};

  private final ByteBuffer in;
  private final PngHeader header;
  private final Inflater inflater = new Inflater();
  private final byte[] rgb;

  /** Offset of the chunk whose data the inflater gets next. */
  private int nextChunk;

  /** This row and the one above it, each with its filter type in front. */
  private byte[] row;

  private byte[] above;

  private PngDecoder(byte[] png, PngHeader header) {
    this.in = ByteBuffer.wrap(png);
    this.header = header;
    this.nextChunk = header.firstData();
    this.rgb = new byte[3 * header.width() * header.height()];
    int bytes = 1 + rowBytes(header.width());
    this.row = new byte[bytes];
    this.above = new byte[bytes];
  }

  /**
   * The picture as stored, not turned upright.
   *
   * @param header of these bytes, its size within the limits
   * @throws PictureException if the compressed data is damaged or too short
   */
  static Picture decode(byte[] png, PngHeader header) throws PictureException {
    PngDecoder decoder = new PngDecoder(png, header);
    try {
      for (int[] pass : header.interlaced() ? ADAM7 : WHOLE) {
        decoder.pass(pass[0], pass[1], pass[2], pass[3]);
      }
    } finally {
      decoder.inflater.end();
    }
    return new Picture(header.width(), header.height(), decoder.rgb);
  }

  private int rowBytes(int columns) {
    return (int) (((long) columns * header.bitsPerPixel() + 7) / 8);
  }

  /** Decodes the pixels of one pass: all of them, or every dx-th of every dy-th row. */
  private void pass(int x0, int y0, int dx, int dy) throws PictureException {
    int columns = (header.width() - x0 + dx - 1) / dx;
    if (columns <= 0) {
      return;
    }
    int bytes = rowBytes(columns);
    Arrays.fill(above, (byte) 0);
    for (int y = y0; y < header.height(); y += dy) {
      inflate(1 + bytes);
      unfilter(bytes);
      unpack(columns, 3 * (y * header.width() + x0), 3 * dx);
      byte[] done = row;
      row = above;
      above = done;
    }
  }

  /** Fills the row's first bytes with decompressed data. */
  private void inflate(int count) throws PictureException {
    try {
      for (int done = 0; done < count; ) {
        int got = inflater.inflate(row, done, count - done);
        done += got;
        if (got == 0) {
          if (inflater.finished() || inflater.needsDictionary() || !feed()) {
            throw new PictureException(
                "damaged PNG: too little pixel data for " + header.width() + " × " + header.height());
          }
        }
      }
    } catch (DataFormatException e) {
      throw new PictureException("damaged PNG: pixel data can't be decompressed: " + e.getMessage(), e);
    }
  }

  /**
   * Hands the next IDAT chunk to the inflater; returns false if there is none left. The chunks' bounds are already
   * checked.
   */
  private boolean feed() {
    while (true) {
      int length = in.getInt(nextChunk);
      int type = in.getInt(nextChunk + 4);
      if (type == PngHeader.IEND) {
        return false;
      }
      int data = nextChunk + PngHeader.CHUNK_START;
      nextChunk = data + length + PngHeader.CHUNK_END;
      if (type == PngHeader.IDAT && length > 0) {
        inflater.setInput(in.array(), data, length);
        return true;
      }
    }
  }

  /** Adds what the row's filter subtracted (W3C PNG, 9.2); bytes left of the first pixel count as 0. */
  private void unfilter(int bytes) throws PictureException {
    int back = Math.max(1, header.bitsPerPixel() / 8);
    switch (row[0]) {
      case 0 -> {}
      case 1 -> {
        for (int i = 1 + back; i <= bytes; i++) {
          row[i] += row[i - back];
        }
      }
      case 2 -> {
        for (int i = 1; i <= bytes; i++) {
          row[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = 1; i <= bytes; i++) {
          int left = i > back ? row[i - back] & 0xFF : 0;
          row[i] += (byte) (left + (above[i] & 0xFF) >> 1);
        }
      }
      case 4 -> {
        for (int i = 1; i <= bytes; i++) {
          boolean first = i <= back;
          row[i] += (byte) paeth(first ? 0 : row[i - back] & 0xFF, above[i] & 0xFF, first ? 0 : above[i - back] & 0xFF);
        }
      }
      default -> throw new PictureException("damaged PNG: unknown row filter " + (row[0] & 0xFF));
    }
  }

  /** Whichever of left, up and up-left is nearest to left + up − up-left, ties in that order. */
  private static int paeth(int left, int up, int upLeft) {
    int toLeft = Math.abs(up - upLeft);
    int toUp = Math.abs(left - upLeft);
    int toUpLeft = Math.abs(left + up - 2 * upLeft);
    if (toLeft <= toUp && toLeft <= toUpLeft) {
      return left;
    }
    return toUp <= toUpLeft ? up : upLeft;
  }

  /** Writes the row's pixels as RGB, the first at offset {@code to}, each {@code step} bytes after the last. */
  private void unpack(int columns, int to, int step) {
    int sample = Math.max(1, header.depth() / 8);
    int pixel = sample * header.color().samples;
    switch (header.color()) {
      case RGB, RGB_ALPHA -> {
        for (int x = 0, at = 1; x < columns; x++, at += pixel, to += step) {
          rgb[to] = row[at];
          rgb[to + 1] = row[at + sample];
          rgb[to + 2] = row[at + 2 * sample];
        }
      }
      case GREY, GREY_ALPHA -> {
        int scale = header.depth() < 8 ? 255 / ((1 << header.depth()) - 1) : 1;
        for (int x = 0; x < columns; x++, to += step) {
          byte grey = header.depth() < 8 ? (byte) (scale * bits(x)) : row[1 + x * pixel];
          rgb[to] = grey;
          rgb[to + 1] = grey;
          rgb[to + 2] = grey;
        }
      }
      case PALETTE -> {
        byte[] palette = header.palette();
        for (int x = 0; x < columns; x++, to += step) {
          int entry = 3 * bits(x);
          rgb[to] = palette[entry];
          rgb[to + 1] = palette[entry + 1];
          rgb[to + 2] = palette[entry + 2];
        }
      }
    }
  }

  /** The x-th sample of a row with up to 8 bits per pixel; the first pixel has the highest bits. */
  private int bits(int x) {
    int depth = header.depth();
    int bit = x * depth;
    return (row[1 + (bit >> 3)] & 0xFF) >> 8 - depth - (bit & 7) & (1 << depth) - 1;
  }
}
