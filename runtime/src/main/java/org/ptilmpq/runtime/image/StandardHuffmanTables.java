package org.ptilmpq.runtime.image;

import java.io.ByteArrayOutputStream;
import javax.imageio.plugins.jpeg.JPEGHuffmanTable;

/**
 * The Huffman tables of ITU-T T.81, tables K.3 to K.6. Motion JPEG, as USB cameras send it, leaves them out of every
 * frame and means these.
 */
final class StandardHuffmanTables {

  private static final byte[] SEGMENT = segment();

  private StandardHuffmanTables() {}

  /** A DHT segment with its marker; not to be written. */
  static byte[] bytes() {
    return SEGMENT;
  }

  private static byte[] segment() {
    ByteArrayOutputStream tables = new ByteArrayOutputStream();
    // Class (0 for DC, 1 for AC) and number of each table.
    table(tables, 0x00, JPEGHuffmanTable.StdDCLuminance);
    table(tables, 0x10, JPEGHuffmanTable.StdACLuminance);
    table(tables, 0x01, JPEGHuffmanTable.StdDCChrominance);
    table(tables, 0x11, JPEGHuffmanTable.StdACChrominance);
    int length = 2 + tables.size();
    ByteArrayOutputStream segment = new ByteArrayOutputStream();
    segment.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xC4, (byte) (length >> 8), (byte) length});
    segment.writeBytes(tables.toByteArray());
    return segment.toByteArray();
  }

  private static void table(ByteArrayOutputStream out, int name, JPEGHuffmanTable table) {
    out.write(name);
    for (short codes : table.getLengths()) {
      out.write(codes);
    }
    for (short value : table.getValues()) {
      out.write(value);
    }
  }
}
