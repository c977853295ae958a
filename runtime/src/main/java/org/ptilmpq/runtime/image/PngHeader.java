package org.ptilmpq.runtime.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * A PNG's chunks, walked and checked once from end to end before anything is decoded (W3C PNG, sections 5 and 11).
 * Text, profiles and other chunks that don't bear on the pixels are skipped, never unpacked.
 *
 * @param width columns
 * @param height rows
 * @param depth bits per sample: 1, 2, 4, 8 or 16
 * @param color how a pixel is made of samples
 * @param interlaced whether rows come in Adam7's seven passes
 * @param palette red, green, blue of 256 entries, black where the file has none; empty without a palette
 * @param firstData offset of the first IDAT chunk
 * @param orientation from the eXIf chunk
 */
record PngHeader(
    int width, int height, int depth, Color color, boolean interlaced, byte[] palette, int firstData,
    Orientation orientation) {

  /** PNG's colour types, with their samples per pixel and the depths they allow as a set of bits. */
  enum Color {
    GREY(0, 1, 1 | 2 | 4 | 8 | 16),
    RGB(2, 3, 8 | 16),
    PALETTE(3, 1, 1 | 2 | 4 | 8),
    GREY_ALPHA(4, 2, 8 | 16),
    RGB_ALPHA(6, 4, 8 | 16);

    final int code;
    final int samples;
    final int depths;

    Color(int code, int samples, int depths) {
      this.code = code;
      this.samples = samples;
      this.depths = depths;
    }
  }

  static final int IDAT = type("IDAT");
  static final int IEND = type("IEND");
  private static final int IHDR = type("IHDR");
  private static final int PLTE = type("PLTE");
  private static final int EXIF = type("eXIf");
  private static final int CGBI = type("CgBI");

  /** Length and type before a chunk's data, and the checksum after it. */
  static final int CHUNK_START = 8;
  static final int CHUNK_END = 4;

  private static final int IHDR_BYTES = 13;

  private static final int MAX_PALETTE_BYTES = 3 * 256;

  /** A 16-bit pixel with alpha, the largest there is. */
  private static final int MAX_PIXEL_BYTES = 8;

  /** Inflater's window and state. */
  private static final int INFLATER_BYTES = 64 * 1024;

  int bitsPerPixel() {
    return depth * color.samples;
  }

  PictureHeader summary() {
    long rows = 2 * (1 + ((long) width * bitsPerPixel() + 7) / 8) + INFLATER_BYTES;
    return new PictureHeader(PictureHeader.Format.PNG, width, height, orientation,
        PictureHeader.decodeBytes(width, height, orientation, 3L * width * height, rows));
  }

  static long worstDecodeBytes(int width, int height) {
    return 6L * width * height + 2 * (1 + (long) width * MAX_PIXEL_BYTES) + INFLATER_BYTES;
  }

  /**
   * Walks the chunks, whose signature has been recognized.
   *
   * @param png holds the file from {@code from} up to {@code to}, exclusive; offsets in the result are into this array
   * @throws PictureException if the file is cut off, a checksum is wrong, or the header is not one of a PNG
   */
  static PngHeader parse(byte[] png, int from, int to) throws PictureException {
    ByteBuffer in = ByteBuffer.wrap(png);
    ByteBuffer header = null;
    byte[] palette = {};
    int firstData = -1;
    Orientation orientation = Orientation.UPRIGHT;
    for (int at = from + FileSignature.PNG.length; ; ) {
      if (to - at < CHUNK_START + CHUNK_END) {
        throw new PictureException("PNG cut off: it ends after " + (to - from) + " bytes without its IEND chunk");
      }
      int length = in.getInt(at);
      int type = in.getInt(at + 4);
      if (length < 0 || length > to - at - CHUNK_START - CHUNK_END) {
        throw new PictureException(
            "PNG cut off or damaged: the chunk at byte " + (at - from) + " is said to have "
                + Integer.toUnsignedLong(length) + " bytes, the file " + (to - from));
      }
      if (isCritical(type)) {
        checkSum(in, from, at, length);
      }
      int data = at + CHUNK_START;
      if (type == CGBI) {
        throw new PictureException("looks like a PNG as Apple's tools rewrite it for apps (CgBI); convert it first");
      }
      if ((header == null) != (type == IHDR)) {
        throw new PictureException("damaged PNG: its first chunk and no other must be IHDR");
      }
      if (type == IHDR) {
        if (length != IHDR_BYTES) {
          throw new PictureException("damaged PNG: an IHDR chunk of " + length + " bytes instead of " + IHDR_BYTES);
        }
        header = in.slice(data, length);
      } else if (type == PLTE) {
        if (length == 0 || length % 3 != 0 || length > MAX_PALETTE_BYTES) {
          throw new PictureException("damaged PNG: a palette of " + length + " bytes");
        }
        // Pixels beyond the palette's end are black, as Pillow has them.
        palette = new byte[MAX_PALETTE_BYTES];
        in.get(data, palette, 0, length);
      } else if (type == IDAT) {
        firstData = firstData < 0 ? at : firstData;
      } else if (type == EXIF) {
        orientation = Orientation.Exif.find(png, data, data + length);
      } else if (type == IEND) {
        return of(header, palette, firstData, orientation);
      } else if (isCritical(type)) {
        throw new PictureException("PNG with the unknown critical chunk " + name(type) + " at byte " + (at - from));
      }
      at += CHUNK_START + length + CHUNK_END;
    }
  }

  private static PngHeader of(ByteBuffer header, byte[] palette, int firstData, Orientation orientation)
      throws PictureException {
    int width = header.getInt(0);
    int height = header.getInt(4);
    int depth = header.get(8);
    int code = header.get(9);
    int interlace = header.get(12);
    if (width < 1 || height < 1) {
      throw new PictureException("damaged PNG: a size of " + Integer.toUnsignedLong(width) + " × "
          + Integer.toUnsignedLong(height));
    }
    if (header.get(10) != 0 || header.get(11) != 0 || (interlace & ~1) != 0) {
      throw new PictureException("damaged PNG: unknown compression, filter or interlace method");
    }
    if (firstData < 0) {
      throw new PictureException("damaged PNG: no IDAT chunk, so no pixels");
    }
    for (Color color : Color.values()) {
      if (color.code == code && Integer.bitCount(depth) == 1 && (color.depths & depth) != 0) {
        if (color == Color.PALETTE && palette.length == 0) {
          throw new PictureException("damaged PNG: it needs a palette and has no PLTE chunk");
        }
        return new PngHeader(width, height, depth, color, interlace == 1, palette, firstData, orientation);
      }
    }
    throw new PictureException("damaged PNG: colour type " + code + " with " + depth + " bits a sample");
  }

  /** The checksum covers type and data. */
  private static void checkSum(ByteBuffer in, int from, int at, int length) throws PictureException {
    CRC32 crc = new CRC32();
    crc.update(in.slice(at + 4, 4 + length));
    if ((int) crc.getValue() != in.getInt(at + CHUNK_START + length)) {
      throw new PictureException(
          "damaged PNG: wrong checksum of the chunk " + name(in.getInt(at + 4)) + " at byte " + (at - from));
    }
  }

  /** Bit 5 of the first letter, its case, says whether a decoder may ignore the chunk. */
  private static boolean isCritical(int type) {
    return (type & 0x2000_0000) == 0;
  }

  private static String name(int type) {
    StringBuilder name = new StringBuilder();
    for (int shift = 24; shift >= 0; shift -= 8) {
      char letter = (char) (type >>> shift & 0xFF);
      name.append(letter > ' ' && letter < 0x7F ? letter : '?');
    }
    return name.toString();
  }

  private static int type(String name) {
    return ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII)).getInt();
  }
}
