package org.ptilmpq.format.entropy;

/**
 * The tables of a layer whose levels are coded with fixed frequencies: one for all levels, or up to 16 among which the
 * context of a level ({@link LevelContexts}) chooses. A table has a frequency for each level from −most to most and for
 * the escape that announces any other; they add up to 4096.
 */
public final class LevelTables {

  /** Frequencies add up to 1 &lt;&lt; this. */
  static final int TOTAL_BITS = 12;

  static final int TOTAL = 1 << TOTAL_BITS;

  /** The largest level of a table. */
  static final int MAX_LEVEL = 126;

  static final int MAX_TABLES = 16;

  /** Classes of the expected magnitude, in octaves. */
  static final int OCTAVES = 8;

  static final int CONTEXTS = OCTAVES * LevelContexts.LEANS;

  /** Significant bits of a frequency, the leading one included; that of level 0 has all, being what is left. */
  static final int PRECISION = 5;

  private static final int LENGTHS = 16;

  /** Levels from −most to most have a frequency of their own. */
  final int most;

  /** Table of each context; all 0 where there is one table. */
  final byte[] tableOf;

  /** [table][most + level], and at the end of each the escape's. */
  final int[][] frequencies;

  LevelTables(int most, byte[] tableOf, int[][] frequencies) {
    this.most = most;
    this.tableOf = tableOf;
    this.frequencies = frequencies;
  }

  /** The table of each context. */
  public byte[] tableOf() {
    return tableOf;
  }

  /** [table][most + level], and at the end of each the escape's. */
  public int[][] frequencies() {
    return frequencies;
  }

  boolean single() {
    return frequencies.length == 1;
  }

  /** What is learnt about tables from layer to layer. */
  public static final class Model {
    private final int[] same = BinaryCoder.contexts(LevelContexts.LEANS, 2);
    private final int[] lengths = BinaryCoder.contexts(LENGTHS * LENGTHS, 2);
    private final int[] tops = BinaryCoder.contexts(LENGTHS << 2, 2);

    /** Codes the tables of a layer. A decoder passes null, and null comes back for damaged ones. */
    public LevelTables code(BinaryCoder coder, LevelTables tables) {
      boolean encoding = tables != null;
      int most = coder.bits(encoding ? tables.most : 0, 7);
      int count = coder.bits(encoding ? tables.frequencies.length - 1 : 0, 4) + 1;
      if (most > MAX_LEVEL) {
        return null;
      }
      byte[] tableOf = encoding ? tables.tableOf : new byte[CONTEXTS];
      if (count > 1) {
        int indexBits = Numbers.length(count - 1);
        int previous = 0;
        for (int i = 0; i < CONTEXTS; i++) {
          if (coder.bit(same, i % LevelContexts.LEANS, tableOf[i] == previous ? 1 : 0) == 0) {
            previous = coder.bits(tableOf[i], indexBits);
          }
          tableOf[i] = (byte) previous;
          if (previous >= count) {
            return null;
          }
        }
      }
      int[][] frequencies = encoding ? tables.frequencies : new int[count][2 * most + 2];
      for (int[] table : frequencies) {
        if (!code(coder, table, most)) {
          return null;
        }
      }
      return encoding ? tables : new LevelTables(most, tableOf, frequencies);
    }

    private boolean code(BinaryCoder coder, int[] table, int most) {
      int left = TOTAL;
      for (int side = -1; side <= 1; side += 2) {
        int near = TOTAL_BITS;
        for (int magnitude = 1; magnitude <= most; magnitude++) {
          int at = most + side * magnitude;
          table[at] = frequency(coder, near, table[at]);
          near = Numbers.length(table[at]);
          left -= table[at];
        }
      }
      int escape = table.length - 1;
      table[escape] = frequency(coder, LENGTHS - 1, table[escape]);
      left -= table[escape];
      table[most] = left;
      return left >= 0;
    }

    /** @param near length of the frequency next to it on the way from level 0 */
    private int frequency(BinaryCoder coder, int near, int frequency) {
      int length = Numbers.length(frequency);
      int coded = 0;
      while (coded < TOTAL_BITS && coder.bit(lengths, near * LENGTHS + coded, coded < length ? 1 : 0) != 0) {
        coded++;
      }
      int value = coded == 0 ? 0 : 1;
      int shift = coded - 2;
      for (int i = 1; i < PRECISION && shift >= 0; i++, shift--) {
        int bit = frequency >>> shift & 1;
        bit = i <= 2 ? coder.bit(tops, coded << 2 | (i == 1 ? 1 : 2 | value & 1), bit) : coder.bits(bit, 1);
        value = value << 1 | bit;
      }
      return value << Math.max(shift + 1, 0);
    }
  }
}
