package org.ptilmpq.runtime.image;

/** Second bytes of a JPEG's markers (ITU-T T.81, table B.1), and how to get from one to the next. */
final class JpegMarkers {

  static final int MARK = 0xFF;
  static final int TEM = 0x01;
  static final int SOF0 = 0xC0;
  static final int SOF2 = 0xC2;
  static final int DHT = 0xC4;
  static final int JPG = 0xC8;
  static final int DAC = 0xCC;
  static final int SOF15 = 0xCF;
  static final int RST0 = 0xD0;
  static final int RST7 = 0xD7;
  static final int SOI = 0xD8;
  static final int EOI = 0xD9;
  static final int SOS = 0xDA;
  static final int DQT = 0xDB;
  static final int DNL = 0xDC;
  static final int DRI = 0xDD;
  static final int APP0 = 0xE0;
  static final int APP1 = 0xE1;
  static final int APP14 = 0xEE;

  /**
   * Bytes that may lie between two segments, where nothing belongs. Cameras leave two or three there. The shortest
   * segment that matters leaves five when its marker is damaged, and must not be skipped silently.
   */
  static final int MAX_STRAY_BYTES = 3;

  /**
   * Bytes that may lie before a restart marker or the end (EOI), as USB cameras leave one to five in every frame.
   * Nothing can be lost there once all blocks are decoded; more bytes show that the blocks were not the right ones, as
   * after a line of text that a transfer left in the data.
   */
  static final int MAX_PADDING_BYTES = 5;

  private JpegMarkers() {}

  /**
   * Offset of the next marker's first byte, from {@code at} on, or {@code to} if there is none. FF00, an FF in
   * compressed data, and an FF before another one are no markers.
   */
  static int find(byte[] jpeg, int at, int to) {
    for (int i = at; i + 1 < to; i++) {
      if (jpeg[i] == (byte) MARK && jpeg[i + 1] != 0 && jpeg[i + 1] != (byte) MARK) {
        return i;
      }
    }
    return to;
  }

  /** Bytes from {@code at} up to a marker at {@code marker} that are no fill bytes (FF). */
  static int strayBytes(byte[] jpeg, int at, int marker) {
    int end = marker;
    while (end > at && jpeg[end - 1] == (byte) MARK) {
      end--;
    }
    return end - at;
  }

  static boolean isRestart(int marker) {
    return marker >= RST0 && marker <= RST7;
  }

  /** Whether no segment follows; the start (SOI) is among them, since some cameras' frames have it twice. */
  static boolean isAlone(int marker) {
    return marker == TEM || marker == SOI || isRestart(marker);
  }

  static boolean isFrame(int marker) {
    return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
  }

  static int u16(byte[] jpeg, int at) {
    return (jpeg[at] & 0xFF) << 8 | jpeg[at + 1] & 0xFF;
  }

  /**
   * Offset just after a segment.
   *
   * @param at offset of its length, which is after the marker
   * @param from where the picture begins, for the message
   * @throws PictureException if the length is impossible or runs past the picture
   */
  static int segmentEnd(byte[] jpeg, int at, int from, int to, int marker) throws PictureException {
    if (to - at < 2) {
      throw new PictureException("JPEG cut off: " + damaged(marker, at - from, "runs past the file's end"));
    }
    int length = u16(jpeg, at);
    if (length < 2) {
      throw new PictureException(damaged(marker, at - from, "has an impossible length"));
    }
    if (length > to - at) {
      throw new PictureException("JPEG cut off: " + damaged(marker, at - from, "runs past the file's end"));
    }
    return at + length;
  }

  /** Returns the message for a file without the end that a whole picture has. */
  static String cutOff(int bytes) {
    return "JPEG cut off: it ends after " + bytes + " bytes without the marker of its end (EOI)";
  }

  /**
   * Returns the human-readable message for what is wrong with a segment.
   *
   * @param at offset after its marker, from the picture's start
   */
  static String damaged(int marker, int at, String what) {
    return "damaged JPEG: the segment FF%02X at byte %d %s".formatted(marker, at - 2, what);
  }
}
