package org.ptilmpq.runtime.image;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * One Huffman table of a JPEG (ITU-T T.81, annexes C and F.2.2.3). Codes of up to nine bits, nearly all that occur,
 * take one look-up, which in most cases also gives the number after the code.
 */
final class HuffmanTable {

  /** Bits of a look-up. */
  static final int LOOKUP_BITS = 9;

  static final int LOOKUP_MASK = (1 << LOOKUP_BITS) - 1;

  /** Fields of a look-up's result; see {@link #lookup}. */
  static final int LENGTH_MASK = 31;

  static final int RUN_SHIFT = 5;
  static final int SIZE_SHIFT = 9;
  static final int VALUE_SHIFT = 16;

  private static final int MAX_LENGTH = 16;

  /**
   * Entries by the next nine bits, 0 if they begin a longer code or none. Otherwise, from the lowest bit: bits to skip
   * (5), zero coefficients before (4), bits of the number still to be read after the code (4), and in the upper half
   * the number itself where none are. In a DC table there are no zeros before.
   */
  final int[] lookup = new int[1 << LOOKUP_BITS];

  /** Symbols in the order of their codes. */
  private final byte[] symbols = new byte[256];

  /** By length: the first 16-bit prefix that is above all codes of this length. */
  private final int[] limit = new int[MAX_LENGTH + 1];

  /** By length: what to add to a code for the place of its symbol. */
  private final int[] offset = new int[MAX_LENGTH + 1];

  /**
   * Makes this the table of a DHT segment.
   *
   * @param data holds 16 numbers of codes by length, which add up to at most 256, then as many symbols
   * @param from where they start
   * @param isDc whether it codes differences of DC coefficients, whose symbols are sizes up to 15
   * @throws PictureException if no prefix code has such lengths, or a symbol is invalid
   */
  void define(byte[] data, int from, boolean isDc) throws PictureException {
    Arrays.fill(lookup, 0);
    int code = 0;
    int at = 0;
    for (int length = 1; length <= MAX_LENGTH; length++) {
      int codes = data[from + length - 1] & 0xFF;
      offset[length] = at - code;
      // A code must not be ones alone, since ones fill up the last byte.
      if (codes > 0 && code + codes >= 1 << length) {
        throw new PictureException("damaged JPEG: a Huffman table with too many codes of " + length + " bits");
      }
      for (int end = at + codes; at < end; at++, code++) {
        symbols[at] = data[from + MAX_LENGTH + at];
        if (isDc && (symbols[at] & 0xF0) != 0) {
          throw new PictureException("damaged JPEG: a Huffman table with a DC size of " + (symbols[at] & 0xFF));
        }
        if (length <= LOOKUP_BITS) {
          fillLookup(code, length, symbols[at] & 0xFF);
        }
      }
      limit[length] = code << MAX_LENGTH - length;
      code <<= 1;
    }
  }

  /** Enters a code at all look-ups that begin with it. */
  private void fillLookup(int code, int length, int symbol) {
    int rest = LOOKUP_BITS - length;
    int size = symbol & 15;
    int run = symbol >> 4 << RUN_SHIFT;
    int first = code << rest;
    if (size == 0 || size > rest) {
      Arrays.fill(lookup, first, first + (1 << rest), size << SIZE_SHIFT | run | length);
      return;
    }
    int step = 1 << rest - size;
    for (int number = 0; number < 1 << size; number++) {
      int entry = extend(number, size) << VALUE_SHIFT | run | length + size;
      Arrays.fill(lookup, first + number * step, first + (number + 1) * step, entry);
    }
  }

  /**
   * Returns what a look-up would give, for a code that is too long for it.
   *
   * @param prefix the next 16 bits
   * @return 0 if no code begins like this
   */
  int longCode(int prefix) {
    for (int length = LOOKUP_BITS + 1; length <= MAX_LENGTH; length++) {
      if (prefix < limit[length]) {
        int symbol = symbols[(prefix >> MAX_LENGTH - length) + offset[length]] & 0xFF;
        return (symbol & 15) << SIZE_SHIFT | symbol >> 4 << RUN_SHIFT | length;
      }
    }
    return 0;
  }

  /** The number that these bits stand for: half of them are negative (T.81, figure F.12). */
  static int extend(int bits, int size) {
    return bits < 1 << size - 1 ? bits - (1 << size) + 1 : bits;
  }

  /**
   * The Huffman tables of ITU-T T.81, tables K.3 to K.6: 0 for luminance, 1 for chrominance. Motion JPEG, as USB
   * cameras send it, leaves them out of every frame and relies on these.
   */
  static final class Standard {

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

    private Standard() {}

    /** Returns a table as in a DHT segment: 16 numbers of codes by length, then the symbols. */
    static byte[] table(boolean isDc, int number) {
      return HexFormat.of().parseHex((isDc ? DC : AC)[number]);
    }
  }
}
