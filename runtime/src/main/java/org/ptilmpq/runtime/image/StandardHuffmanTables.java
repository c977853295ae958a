package org.ptilmpq.runtime.image;

import java.util.HexFormat;

/**
 * The Huffman tables of ITU-T T.81, tables K.3 to K.6: 0 for luminance, 1 for chrominance. Motion JPEG, as USB cameras
 * send it, leaves them out of every frame and relies on these.
 */
final class StandardHuffmanTables {

  /** How many there are of each kind. */
  static final int COUNT = 2;

  private static final String[] DC = {
    "00010501010101010100000000000000" + "000102030405060708090a0b",
    "00030101010101010101010000000000" + "000102030405060708090a0b"
  };

  private static final String[] AC = {
    "0002010303020403050504040000017d"
        + "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a2526"
        + "2728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485"
        + "868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6"
        + "d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa",
    "00020102040403040705040400010277"
        + "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f1171819"
        + "1a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a8283"
        + "8485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4"
        + "d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa"
  };

  private StandardHuffmanTables() {}

  /** Returns a table as in a DHT segment: 16 numbers of codes by length, then the symbols. */
  static byte[] table(boolean isDc, int number) {
    return HexFormat.of().parseHex((isDc ? DC : AC)[number]);
  }
}
