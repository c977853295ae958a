package org.ptilmpq.runtime.image;

/**
 * The tables of one JPEG as its segments define them one after the other, until the scan that uses them. A picture that
 * defines none of the Huffman tables 0 and 1 of a kind means the standard ones, as frames of Motion JPEG do. The only
 * quantization tables are the file's own.
 */
final class JpegTables {

  private static final int COUNT = 4;
  private static final int CODE_LENGTHS = 16;

  private final int[][] quantization = new int[COUNT][];
  private final HuffmanTable[] dc = new HuffmanTable[COUNT];
  private final HuffmanTable[] ac = new HuffmanTable[COUNT];
  private int restartInterval;

  /** Units between restart markers, 0 if there are none. */
  int restartInterval() {
    return restartInterval;
  }

  /** Reads the DRI segment whose contents begin at {@code data}. */
  void readRestartInterval(byte[] jpeg, int data, int end) throws PictureException {
    if (end - data != 2) {
      throw new PictureException("damaged JPEG: a restart interval (DRI) of " + (end - data) + " bytes");
    }
    restartInterval = JpegMarkers.u16(jpeg, data);
  }

  /** Reads a DQT segment: tables of 64 steps of 8 or 16 bits in zigzag order. */
  void readQuantization(byte[] jpeg, int data, int end) throws PictureException {
    for (int at = data; at < end; ) {
      int number = jpeg[at] & 15;
      int size = (jpeg[at] & 0xF0) == 0 ? 1 : 2;
      if (number >= COUNT || (jpeg[at] & 0xE0) != 0 || end - at < 1 + size * JpegComponent.BLOCK) {
        throw new PictureException("damaged JPEG: a quantization table (DQT) of the wrong number or length");
      }
      at++;
      int[] table = new int[JpegComponent.BLOCK];
      for (int k = 0; k < table.length; k++, at += size) {
        table[k] = size == 1 ? jpeg[at] & 0xFF : JpegMarkers.u16(jpeg, at);
      }
      quantization[number] = table;
    }
  }

  /** Reads a DHT segment: tables of 16 numbers of codes and as many symbols as these add up to. */
  void readHuffman(byte[] jpeg, int data, int end) throws PictureException {
    for (int at = data; at < end; ) {
      int number = jpeg[at] & 15;
      boolean isDc = (jpeg[at] & 0xF0) == 0;
      at++;
      int count = 0;
      for (int i = 0; i < CODE_LENGTHS && at + i < end; i++) {
        count += jpeg[at + i] & 0xFF;
      }
      if (number >= COUNT || (jpeg[at - 1] & 0xE0) != 0 || count > 256 || end - at < CODE_LENGTHS + count) {
        throw new PictureException("damaged JPEG: a Huffman table (DHT) of the wrong number or length");
      }
      define(isDc ? dc : ac, number, jpeg, at, isDc);
      at += CODE_LENGTHS + count;
    }
  }

  private static void define(HuffmanTable[] tables, int number, byte[] data, int at, boolean isDc)
      throws PictureException {
    if (tables[number] == null) {
      tables[number] = new HuffmanTable();
    }
    tables[number].define(data, at, isDc);
  }

  /** The quantization table of this number, in zigzag order; no later segment changes the array. */
  int[] quantization(int number) throws PictureException {
    if (number >= COUNT || quantization[number] == null) {
      throw new PictureException("damaged JPEG: it has no quantization table " + number + " (DQT)");
    }
    return quantization[number];
  }

  /**
   * The Huffman table of this number, for DC or AC coefficients.
   *
   * @param isProgressive then there are no standard tables
   */
  HuffmanTable huffman(boolean isDc, int number, boolean isProgressive) throws PictureException {
    HuffmanTable[] tables = isDc ? dc : ac;
    if (number < HuffmanTable.Standard.COUNT && tables[number] == null && !isProgressive) {
      define(tables, number, HuffmanTable.Standard.table(isDc, number), 0, isDc);
    }
    if (number >= COUNT || tables[number] == null) {
      throw new PictureException("damaged JPEG: it has no Huffman table " + number + " (DHT) for the coefficients "
          + (isDc ? "DC" : "AC"));
    }
    return tables[number];
  }
}
