package org.ptilmpq.runtime.image;

import java.util.Arrays;

/** Walks a JPEG's segments up to its first scan (ITU-T T.81, annex B), collecting what they say. */
final class JpegHeaderReader {

  /**
   * Progressive encoders write about 10 scans. A scan may be a few bytes long and still costs a pass over the whole
   * picture, so that a small file could keep a decoder busy for hours: both their number and the pixels they pass over
   * are bounded.
   */
  static final int MAX_SCANS = 1000;

  static final long MAX_SCANNED_PIXELS = 1_000_000_000;

  private final byte[] jpeg;
  private final int from;
  private final int to;
  private int frame = -1;
  private boolean isProgressive;
  private boolean jfif;
  private int adobeTransform = -1;
  private boolean exifSeen;
  private Orientation orientation = Orientation.UPRIGHT;

  private JpegHeaderReader(byte[] jpeg, int from, int to) {
    this.jpeg = jpeg;
    this.from = from;
    this.to = to;
  }

  /**
   * Walks the segments; the signature has been recognized.
   *
   * @param jpeg holds the file from {@code from} up to {@code to}, exclusive
   * @throws PictureException if the file is cut off, or of a kind of JPEG that is not read
   */
  static JpegHeader read(byte[] jpeg, int from, int to) throws PictureException {
    return new JpegHeaderReader(jpeg, from, to).run();
  }

  private JpegHeader run() throws PictureException {
    for (int at = from + 2; ; ) {
      int found = JpegMarkers.find(jpeg, at, to);
      if (found == to) {
        throw new PictureException(JpegMarkers.cutOff(to - from));
      }
      int marker = jpeg[found + 1] & 0xFF;
      if (marker == JpegMarkers.EOI) {
        throw new PictureException("damaged JPEG: it ends before any pixel data");
      }
      at = found + 2;
      if (JpegMarkers.isAlone(marker)) {
        continue;
      }
      int data = at + 2;
      int end = JpegMarkers.segmentEnd(jpeg, at, from, to, marker);
      if (marker == JpegMarkers.SOS) {
        return header(data, end);
      }
      segment(marker, data, end);
      at = end;
    }
  }

  private void segment(int marker, int data, int end) throws PictureException {
    if (marker == JpegMarkers.APP0 && startsWith(data, end, "JFIF\0") && end - data >= 14) {
      jfif = true;
    } else if (marker == JpegMarkers.APP1 && startsWith(data, end, "Exif\0\0") && !exifSeen) {
      exifSeen = true;
      orientation = Orientation.Exif.find(jpeg, data + 6, end);
    } else if (marker == JpegMarkers.APP14 && startsWith(data, end, "Adobe") && end - data >= 12) {
      adobeTransform = jpeg[data + 11] & 0xFF;
    } else if (JpegMarkers.isFrame(marker)) {
      frame(marker, data, end);
    }
  }

  private void frame(int marker, int data, int end) throws PictureException {
    if (marker > JpegMarkers.SOF2) {
      throw new PictureException("JPEG of a kind that is not read (" + kind(marker)
          + "); only baseline and progressive Huffman coding are: convert it first");
    }
    if (frame >= 0) {
      throw new PictureException(damaged(marker, data, "is a second frame header"));
    }
    if (end - data < 6 || end - data != 6 + JpegHeader.COMPONENT_BYTES * (jpeg[data + 5] & 0xFF)) {
      throw new PictureException(damaged(marker, data, "has the wrong length"));
    }
    if (jpeg[data] != 8) {
      throw new PictureException("JPEG with " + (jpeg[data] & 0xFF) + " bits a sample; only 8 are read");
    }
    frame = data;
    isProgressive = marker == JpegMarkers.SOF2;
  }

  /**
   * @param scan contents of the first scan's header
   * @param end where its compressed data begins
   */
  private JpegHeader header(int scan, int end) throws PictureException {
    if (frame < 0) {
      throw new PictureException(damaged(JpegMarkers.SOS, scan, "comes before the frame header (SOF)"));
    }
    if (end - scan < 6) {
      throw new PictureException(damaged(JpegMarkers.SOS, scan, "has the wrong length"));
    }
    int count = jpeg[frame + 5] & 0xFF;
    JpegHeader.Colors colors = colors(count);
    byte[] components = Arrays.copyOfRange(jpeg, frame + 6, frame + 6 + JpegHeader.COMPONENT_BYTES * count);
    checkFactors(components);
    int width = JpegMarkers.u16(jpeg, frame + 3);
    int height = JpegMarkers.u16(jpeg, frame + 1);
    if (height == 0) {
      height = heightBehindScan(end);
    }
    if (width == 0 || height == 0) {
      throw new PictureException("JPEG of " + width + " × " + height + " pixels in its header");
    }
    boolean hasAll = !isProgressive && jpeg[scan] == count;
    int scans = hasAll ? 1 : countScans(end);
    if (scans > 1 && (long) scans * width * height > MAX_SCANNED_PIXELS) {
      throw new PictureException("JPEG of %d × %d pixels with %d scans: more than %d pixels to pass over"
          .formatted(width, height, scans, MAX_SCANNED_PIXELS));
    }
    return new JpegHeader(width, height, components, colors, isProgressive, scans, orientation, from, to);
  }

  private static void checkFactors(byte[] components) throws PictureException {
    int mostAcross = 1;
    int mostDown = 1;
    for (int i = 1; i < components.length; i += JpegHeader.COMPONENT_BYTES) {
      int across = components[i] >> 4 & 15;
      int down = components[i] & 15;
      if (across < 1 || across > JpegHeader.MAX_FACTOR || down < 1 || down > JpegHeader.MAX_FACTOR) {
        throw new PictureException("damaged JPEG: sampling factors " + across + " × " + down);
      }
      mostAcross = Math.max(mostAcross, across);
      mostDown = Math.max(mostDown, down);
    }
    for (int i = 1; i < components.length; i += JpegHeader.COMPONENT_BYTES) {
      if (mostAcross % (components[i] >> 4) != 0 || mostDown % (components[i] & 15) != 0) {
        throw new PictureException("JPEG with sampling factors of " + (components[i] >> 4) + " × "
            + (components[i] & 15) + " beside " + mostAcross + " × " + mostDown
            + "; only whole ratios are read: convert it first");
      }
    }
  }

  /** The number of lines that a DNL segment after the first scan gives (T.81, B.2.5). */
  private int heightBehindScan(int data) throws PictureException {
    int at = behindData(data);
    if (at + 6 > to || (jpeg[at + 1] & 0xFF) != JpegMarkers.DNL || JpegMarkers.u16(jpeg, at + 2) != 4) {
      throw new PictureException("JPEG of 0 lines in its header, and no later number of them (DNL)");
    }
    return JpegMarkers.u16(jpeg, at + 4);
  }

  /** Counts the scans from the first one on, whose data begins here. */
  private int countScans(int data) throws PictureException {
    int scans = 1;
    for (int at = behindData(data); at < to; ) {
      int marker = jpeg[at + 1] & 0xFF;
      if (marker == JpegMarkers.EOI || marker == JpegMarkers.SOI) {
        break;
      }
      if (marker == JpegMarkers.SOS && ++scans > MAX_SCANS) {
        throw new PictureException("JPEG with more than " + MAX_SCANS + " scans");
      }
      int length = at + 4 > to ? 0 : JpegMarkers.u16(jpeg, at + 2);
      at = behindData(Math.min(at + 2 + length, to));
    }
    return scans;
  }

  /** The next marker that is no part of compressed data, or the end. */
  private int behindData(int data) {
    int at = JpegMarkers.find(jpeg, data, to);
    while (at < to && (JpegMarkers.isRestart(jpeg[at + 1] & 0xFF) || (jpeg[at + 1] & 0xFF) == JpegMarkers.TEM)) {
      at = JpegMarkers.find(jpeg, at + 2, to);
    }
    return at;
  }

  /**
   * Returns what the components are, by the rules that libjpeg follows: JFIF marker, then Adobe marker, then component
   * numbers.
   */
  private JpegHeader.Colors colors(int components) throws PictureException {
    switch (components) {
      case 1:
        return JpegHeader.Colors.GREY;
      case 3:
        boolean namedRgb = jpeg[frame + 6] == 'R' && jpeg[frame + 9] == 'G' && jpeg[frame + 12] == 'B';
        boolean rgb = !jfif && (adobeTransform >= 0 ? adobeTransform == 0 : namedRgb);
        return rgb ? JpegHeader.Colors.RGB : JpegHeader.Colors.YCC;
      case 4:
        return adobeTransform > 0 ? JpegHeader.Colors.YCCK : JpegHeader.Colors.CMYK;
      default:
        throw new PictureException("JPEG of " + components + " components; 1, 3 and 4 are read");
    }
  }

  private String damaged(int marker, int data, String what) {
    return JpegMarkers.damaged(marker, data - 2 - from, what);
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

  private static String kind(int marker) {
    return switch (marker) {
      case 0xC3, 0xC7, 0xCB, 0xCF -> "lossless";
      case 0xC9, 0xCA -> "arithmetic coding";
      default -> "hierarchical";
    };
  }
}
