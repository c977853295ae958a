package org.ptilmpq.runtime.image;

import java.io.ByteArrayOutputStream;

/**
 * A JPEG's marker segments, walked once from SOI to EOI before anything is decoded (ITU-T T.81, annex B).
 *
 * @param width columns
 * @param height rows
 * @param sampling horizontal · 16 + vertical sampling factor of each component: 1, 3 or 4 of them
 * @param colors what the components are
 * @param scans passes over the picture: 1 for an ordinary JPEG, several for a progressive one
 * @param orientation from the EXIF segment
 * @param tables the segments after SOI that decoding needs, with their markers, up to the first scan's own (SOS)
 * @param firstScan offset of the first scan's compressed data
 * @param end offset just after EOI; what follows, such as a phone's second picture, is ignored
 */
record JpegHeader(
    int width, int height, byte[] sampling, Colors colors, int scans, Orientation orientation, byte[] tables,
    int firstScan, int end) {

  /** What a JPEG's components stand for. */
  enum Colors {
    GREY,
    RGB,
    YCC,
    CMYK,
    YCCK
  }

  /**
   * Progressive encoders write about 10 scans. A scan may be a few bytes long and still costs a pass over the whole
   * picture, so that a small file could keep a decoder busy for hours: both their number and the pixels they pass over
   * are bounded.
   */
  static final int MAX_SCANS = 1000;

  static final long MAX_SCANNED_PIXELS = 1_000_000_000;

  private static final int SOF0 = 0xC0;
  private static final int SOF2 = 0xC2;
  private static final int DHT = 0xC4;
  private static final int JPG = 0xC8;
  private static final int DAC = 0xCC;
  private static final int SOF15 = 0xCF;
  private static final int RST0 = 0xD0;
  private static final int RST7 = 0xD7;
  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;
  private static final int APP0 = 0xE0;
  private static final int APP1 = 0xE1;
  private static final int APP14 = 0xEE;
  private static final int APP15 = 0xEF;
  private static final int COM = 0xFE;
  private static final int TEM = 0x01;

  /** libjpeg's tables and row buffers at the longest side, rounded up. */
  private static final int FIXED_BYTES = 256 * 1024;

  /** Row buffers of libjpeg: up to five groups of four block rows of samples, of four components. */
  private static final int COLUMN_BYTES = 5 * 4 * 8 * 4;

  PictureHeader summary() {
    int n = sampling.length;
    long raster = (long) n * width * height;
    // From four components and from one, RGB is a second array.
    long converted = raster + (n == 3 ? 0 : 3L * width * height);
    return new PictureHeader(PictureHeader.Format.JPEG, width, height, orientation,
        PictureHeader.decodeBytes(width, height, orientation, Math.max(raster + coefficientBytes(), converted),
            FIXED_BYTES + (long) COLUMN_BYTES * width));
  }

  /** Pictures in several scans are kept whole as 16-bit DCT coefficients, each component in its own resolution. */
  private long coefficientBytes() {
    if (scans == 1) {
      return 0;
    }
    int across = 1;
    int down = 1;
    for (byte s : sampling) {
      across = Math.max(across, s >> 4);
      down = Math.max(down, s & 15);
    }
    long blocks = 0;
    for (byte s : sampling) {
      blocks += (long) (s >> 4) * (s & 15);
    }
    long units = (long) Math.ceilDiv(width, 8 * across) * Math.ceilDiv(height, 8 * down);
    return units * blocks * 64 * 2;
  }

  static long worstDecodeBytes(int width, int height) {
    // Four components, progressive, each side rounded up to four blocks.
    return 4L * width * height + 8L * (width + 31) * (height + 31) + FIXED_BYTES + (long) COLUMN_BYTES * width;
  }

  /**
   * Walks the segments; the signature has been recognized.
   *
   * @param jpeg holds the file from {@code from} up to {@code to}, exclusive; offsets in the result are into this array
   * @throws PictureException if the file is cut off, or of a kind of JPEG that is not read
   */
  static JpegHeader parse(byte[] jpeg, int from, int to) throws PictureException {
    return new Walk(jpeg, from, to).run();
  }

  /** One walk over the segments, collecting what the header tells. */
  private static final class Walk {
    private final byte[] jpeg;
    private final int from;
    private final int to;
    private final ByteArrayOutputStream tables = new ByteArrayOutputStream();
    private int at;
    private int frame = -1;
    private boolean progressive;
    private boolean huffmanTables;
    private boolean jfif;
    private int adobeTransform = -1;
    private boolean exifSeen;
    private Orientation orientation = Orientation.UPRIGHT;
    private int scans;
    private int firstScan;

    Walk(byte[] jpeg, int from, int to) {
      this.jpeg = jpeg;
      this.from = from;
      this.to = to;
      this.at = from + 2;
    }

    JpegHeader run() throws PictureException {
      while (true) {
        int marker = nextMarker();
        if (marker == EOI) {
          return header();
        }
        if (marker == TEM || marker >= RST0 && marker <= RST7) {
          continue;
        }
        int data = at + 2;
        need(2, marker);
        int end = at + u16(at);
        if (end < data) {
          throw new PictureException(damaged(marker, "has an impossible length"));
        }
        need(end - at, marker);
        segment(marker, data, end);
        at = end;
      }
    }

    /** Steps to just behind the next marker, over compressed data and, as libjpeg does, over stray bytes. */
    private int nextMarker() throws PictureException {
      for (; at + 1 < to; at++) {
        if (jpeg[at] == (byte) 0xFF) {
          int code = jpeg[at + 1] & 0xFF;
          if (code != 0 && code != 0xFF) {
            at += 2;
            return code;
          }
        }
      }
      throw new PictureException(
          "JPEG cut off: it ends after " + (to - from) + " bytes without the marker of its end (EOI)");
    }

    private void segment(int marker, int data, int end) throws PictureException {
      if (marker == SOS) {
        scan(marker, data, end);
      } else if (marker == APP0 && startsWith(data, end, "JFIF\0") && end - data >= 14) {
        jfif = true;
      } else if (marker == APP1 && startsWith(data, end, "Exif\0\0") && !exifSeen) {
        exifSeen = true;
        orientation = ExifOrientation.find(jpeg, data + 6, end);
      } else if (marker == APP14 && startsWith(data, end, "Adobe") && end - data >= 12) {
        adobeTransform = jpeg[data + 11] & 0xFF;
      } else if (marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC) {
        frame(marker, data, end);
      }
      huffmanTables |= marker == DHT;
      if (scans == 0 && !(marker >= APP0 && marker <= APP15) && marker != COM) {
        keep(marker, end);
      }
    }

    private void keep(int marker, int end) {
      tables.write(0xFF);
      tables.write(marker);
      tables.write(jpeg, at, end - at);
    }

    private void scan(int marker, int data, int end) throws PictureException {
      if (frame < 0) {
        throw new PictureException(damaged(marker, "comes before the frame header (SOF)"));
      }
      if (end - data < 6) {
        throw new PictureException(damaged(marker, "has the wrong length"));
      }
      if (scans == 0) {
        firstScan = end;
        if (!huffmanTables && !progressive) {
          tables.writeBytes(StandardHuffmanTables.bytes());
        }
        if (progressive) {
          keep(marker, end);
        } else {
          // The last three bytes say which coefficients follow. Without progression they can only be 0, 63, 0; some
          // cameras wrote others, which libjpeg would ignore, but warn of and then be silent about real damage.
          keep(marker, end - 3);
          tables.writeBytes(new byte[] {0, 63, 0});
        }
      }
      scans++;
      if (scans > MAX_SCANS) {
        throw new PictureException("JPEG with more than " + MAX_SCANS + " scans");
      }
    }

    private void frame(int marker, int data, int end) throws PictureException {
      if (marker > SOF2) {
        throw new PictureException("JPEG of a kind that is not read (" + kind(marker)
            + "); only baseline and progressive Huffman coding are: convert it first");
      }
      if (frame >= 0) {
        throw new PictureException(damaged(marker, "is a second frame header"));
      }
      if (end - data < 6 || end - data != 6 + 3 * (jpeg[data + 5] & 0xFF)) {
        throw new PictureException(damaged(marker, "has the wrong length"));
      }
      if (jpeg[data] != 8) {
        throw new PictureException("JPEG with " + (jpeg[data] & 0xFF) + " bits a sample; only 8 are read");
      }
      frame = data;
      progressive = marker == SOF2;
    }

    private JpegHeader header() throws PictureException {
      if (scans == 0) {
        throw new PictureException("damaged JPEG: it ends before any pixel data");
      }
      int height = u16(frame + 1);
      int width = u16(frame + 3);
      if (width == 0 || height == 0) {
        throw new PictureException(
            "JPEG of " + width + " × " + height + " pixels in its header; a later size is not read");
      }
      if (scans > 1 && (long) scans * width * height > MAX_SCANNED_PIXELS) {
        throw new PictureException("JPEG of %d × %d pixels with %d scans: more than %d pixels to pass over"
            .formatted(width, height, scans, MAX_SCANNED_PIXELS));
      }
      byte[] sampling = new byte[jpeg[frame + 5]];
      for (int i = 0; i < sampling.length; i++) {
        int factors = jpeg[frame + 7 + 3 * i] & 0xFF;
        if (factors >> 4 < 1 || factors >> 4 > 4 || (factors & 15) < 1 || (factors & 15) > 4) {
          throw new PictureException("damaged JPEG: sampling factors " + (factors >> 4) + " × " + (factors & 15));
        }
        sampling[i] = (byte) factors;
      }
      return new JpegHeader(
          width, height, sampling, colors(sampling.length), scans, orientation, tables.toByteArray(), firstScan, at);
    }

    /**
     * What the components are, by the rules libjpeg follows: JFIF marker, then Adobe marker, then component numbers.
     */
    private Colors colors(int components) throws PictureException {
      switch (components) {
        case 1:
          return Colors.GREY;
        case 3:
          boolean namedRgb = jpeg[frame + 6] == 'R' && jpeg[frame + 9] == 'G' && jpeg[frame + 12] == 'B';
          boolean rgb = !jfif && (adobeTransform >= 0 ? adobeTransform == 0 : namedRgb);
          return rgb ? Colors.RGB : Colors.YCC;
        case 4:
          return adobeTransform > 0 ? Colors.YCCK : Colors.CMYK;
        default:
          throw new PictureException("JPEG of " + components + " components; 1, 3 and 4 are read");
      }
    }

    private void need(int bytes, int marker) throws PictureException {
      if (bytes > to - at) {
        throw new PictureException("JPEG cut off: " + damaged(marker, "runs past the file's end"));
      }
    }

    private String damaged(int marker, String what) {
      return "damaged JPEG: the segment FF%02X at byte %d %s".formatted(marker, at - 2 - from, what);
    }

    private boolean startsWith(int from, int end, String name) {
      if (end - from < name.length()) {
        return false;
      }
      for (int i = 0; i < name.length(); i++) {
        if (jpeg[from + i] != name.charAt(i)) {
          return false;
        }
      }
      return true;
    }

    private int u16(int offset) {
      return (jpeg[offset] & 0xFF) << 8 | jpeg[offset + 1] & 0xFF;
    }

    private static String kind(int marker) {
      return switch (marker) {
        case 0xC3, 0xC7, 0xCB, 0xCF -> "lossless";
        case 0xC9, 0xCA -> "arithmetic coding";
        default -> "hierarchical";
      };
    }
  }
}
