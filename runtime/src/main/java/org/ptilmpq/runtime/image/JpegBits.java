package org.ptilmpq.runtime.image;

/**
 * The compressed data of a scan, bit by bit (ITU-T T.81, F.2.2.5), with the restart markers in it. At a marker or the
 * end of the file it continues with zeros, so that no single bit needs a check; {@link #checkData} tells whether any of
 * them was used.
 */
final class JpegBits {

  /** The bits of a Huffman code, 16, and of a number, 16: after {@link #fill} there are at least that many. */
  static final int ENOUGH = 32;

  private static final int FULL = 48;

  private final byte[] jpeg;
  private final int from;
  private final int to;

  /** Bits read ahead are the lowest {@link #count} of these. */
  long bits;

  int count;

  /** The next byte to read, or the marker that was reached. */
  private int at;

  /** Bits of those read ahead so far that are no data. */
  private int zeros;

  /**
   * @param from where the picture begins, for messages
   * @param to where it ends at the latest
   */
  JpegBits(byte[] jpeg, int from, int to) {
    this.jpeg = jpeg;
    this.from = from;
    this.to = to;
  }

  /** Starts a scan whose data begins here. */
  void start(int offset) {
    at = offset;
    bits = 0;
    count = 0;
    zeros = 0;
  }

  /** Reads ahead, at least {@link #ENOUGH} bits. */
  void fill() {
    while (count <= FULL) {
      int next = 0;
      if (at < to && jpeg[at] != (byte) JpegMarkers.MARK) {
        next = jpeg[at++] & 0xFF;
      } else {
        next = stuffedByte();
      }
      bits = bits << 8 | next;
      count += 8;
    }
  }

  /** Returns an FF, which the data has as FF00, or else 8 of the zeros. */
  private int stuffedByte() {
    int behind = at;
    while (behind < to && jpeg[behind] == (byte) JpegMarkers.MARK) {
      behind++;
    }
    if (behind > at && behind < to && jpeg[behind] == 0) {
      at = behind + 1;
      return 0xFF;
    }
    zeros += 8;
    return 0;
  }

  /** The entry of the next code, see {@link HuffmanTable#lookup}, which is skipped. */
  int code(HuffmanTable table) throws PictureException {
    if (count < ENOUGH) {
      fill();
    }
    int entry = table.lookup[(int) (bits >>> count - HuffmanTable.LOOKUP_BITS) & HuffmanTable.LOOKUP_MASK];
    if (entry == 0) {
      entry = longCode(table);
    }
    count -= entry & HuffmanTable.LENGTH_MASK;
    return entry;
  }

  /** The entry of the next code, which is longer than a look-up and not skipped. */
  int longCode(HuffmanTable table) throws PictureException {
    int entry = table.longCode((int) (bits >>> count - 16) & 0xFFFF);
    if (entry == 0) {
      throw damaged("bad Huffman code");
    }
    return entry;
  }

  /** The number after a code just skipped. */
  int number(int entry) {
    int size = entry >> HuffmanTable.SIZE_SHIFT & 15;
    return size == 0 ? entry >> HuffmanTable.VALUE_SHIFT : HuffmanTable.extend(take(size), size);
  }

  /** The next bits, up to 16. */
  int take(int size) {
    if (count < ENOUGH) {
      fill();
    }
    count -= size;
    return (int) (bits >>> count) & (1 << size) - 1;
  }

  /** Refuses data that ended before what was read of it. */
  void checkData() throws PictureException {
    if (count < zeros) {
      throw damaged("");
    }
  }

  /** Says what is wrong with the data here, or that it has ended already. */
  PictureException damaged(String what) {
    String fault = count < zeros ? "premature end of data segment" : what;
    return new PictureException("damaged JPEG: " + fault + " before byte " + (at - from));
  }

  /**
   * Continues after a restart marker.
   *
   * @param number which of the eight it has to be
   */
  void restart(int number) throws PictureException {
    int marker = JpegMarkers.find(jpeg, at, to);
    int stray = unreadBytes() + JpegMarkers.strayBytes(jpeg, at, marker);
    if (marker == to || (jpeg[marker + 1] & 0xFF) != JpegMarkers.RST0 + number) {
      throw new PictureException(
          "damaged JPEG: no restart marker %d where one has to be, at byte %d".formatted(number, marker - from));
    }
    if (stray > JpegMarkers.MAX_PADDING_BYTES) {
      throw new PictureException(extraneous(stray, JpegMarkers.RST0 + number));
    }
    start(marker + 2);
  }

  /** Where to look for the marker after the data. */
  int position() {
    return at;
  }

  /** Whole bytes in front of {@link #position} that were not used. */
  int unreadBytes() {
    return count - zeros >> 3;
  }

  static String extraneous(int bytes, int marker) {
    return "damaged JPEG: %d extraneous bytes before marker 0x%02x".formatted(bytes, marker);
  }
}
