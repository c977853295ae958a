package org.ptilmpq.runtime.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Tells formats apart by their first bytes, and names those that are not read. */
public final class FileSignature {

  static final byte[] PNG = HexFormat.of().parseHex("89504e470d0a1a0a");

  private FileSignature() {}

  /** Whether an encoded picture that starts like this is a PNG. */
  public static boolean isPng(byte[] start) {
    return Arrays.equals(start, 0, Math.min(start.length, PNG.length), PNG, 0, PNG.length);
  }

  /**
   * The format of an encoded picture, which is the bytes from {@code from} up to {@code to}, exclusive.
   *
   * @throws PictureException if it is neither JPEG nor PNG, saying what it looks like
   */
  static PictureHeader.Format format(byte[] encoded, int from, int to) throws PictureException {
    if (from == to) {
      throw new PictureException("empty, not a picture");
    }
    // One char per byte, so that signatures can be written as text.
    String start = new String(encoded, from, Math.min(to - from, 16), StandardCharsets.ISO_8859_1);
    if (start.startsWith("\u00ff\u00d8")) {
      return PictureHeader.Format.JPEG;
    }
    if (start.startsWith(new String(PNG, StandardCharsets.ISO_8859_1))) {
      return PictureHeader.Format.PNG;
    }
    String looksLike = other(start);
    throw new PictureException(
        looksLike != null
            ? "looks like " + looksLike + "; only JPEG and PNG are read: convert it first"
            : "not a JPEG or PNG picture; it starts with the bytes "
                + HexFormat.ofDelimiter(" ").formatHex(encoded, from, Math.min(to, from + 8)));
  }

  private static String other(String start) {
    if (start.startsWith("GIF8")) {
      return "a GIF";
    } else if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
      return "a WebP picture";
    } else if (start.startsWith("BM")) {
      return "a BMP picture";
    } else if (start.startsWith("II*\0") || start.startsWith("MM\0*")) {
      return "a TIFF or camera raw picture";
    } else if (start.startsWith("ftypavi", 4)) {
      return "an AVIF picture";
    } else if (start.startsWith("ftyphe", 4) || start.startsWith("ftypmif", 4) || start.startsWith("ftypmsf", 4)) {
      return "a HEIF (HEIC) picture";
    } else if (start.startsWith("\0\0\0\fJXL ") || start.startsWith("\u00ff\n")) {
      return "a JPEG XL picture";
    } else if (start.startsWith("\0\0\0\fjP  ") || start.startsWith("\u00ffO\u00ffQ")) {
      return "a JPEG 2000 picture";
    } else if (start.startsWith("%PDF")) {
      return "a PDF document";
    } else if (start.startsWith("<")) {
      return "text such as SVG or HTML";
    } else if (start.startsWith("P5") || start.startsWith("P6")) {
      return "a portable anymap (PGM, PPM)";
    }
    return null;
  }
}
