package org.ptilmpq.format.entropy;

import java.util.Arrays;

/**
 * Decodes the levels of a layer from eight interleaved rANS states (range asymmetric numeral systems: J. Duda,
 * <i>Asymmetric numeral systems</i>, arXiv 1311.2540; the interleaving: F. Giesen, <i>Interleaved entropy coders</i>,
 * arXiv 1402.3392). The level of a block's channel j is coded by state j mod 8. A state x, 2^16 ≤ x &lt; 2^32, gives
 * the symbol whose interval of frequencies holds x mod 4096, becomes frequency · ⌊x / 4096⌋ + (x mod 4096 − start of
 * the interval), and below 2^16 takes 16 bits more.
 */
public final class RansDecoder {

  /** Number of states. */
  static final int LANES = 8;

  /** The smallest that a state may be, and what it is before the first symbol is encoded. */
  static final int LOW = 1 << 16;

  /** The symbol of the escape; no level of a table. */
  static final int ESCAPE = Byte.MIN_VALUE;

  private static final int SLOT_MASK = LevelTables.TOTAL - 1;

  private final LevelContexts contexts;
  private final LevelTables levelTables;
  private final int firstOctave;

  private final int[] slots;

  private final int[] states = new int[LANES];

  /** 16-bit units of the stream, with zeros at the end, so that a row can be decoded before its bounds are checked. */
  private final char[] words;

  private final int wordCount;
  private final short[] escapes;

  /** Where the table of each context begins in the slots. */
  private final int[] baseOf = new int[LevelTables.CONTEXTS];

  private final int[] bases = new int[LevelContexts.BLOCK];
  private final int[] symbols = new int[LevelContexts.BLOCK];
  private int word;
  private int escape;

  /**
   * @param tables decoded before
   * @param contexts of the layer, not used yet
   * @param stream {@link #streamBytes} bytes: states, words, escapes
   */
  public RansDecoder(
      LevelTables tables,
      LevelContexts contexts,
      int logMean,
      byte[] stream,
      int words,
      int escapes) {
    this.levelTables = tables;
    this.contexts = contexts;
    this.firstOctave = firstOctave(logMean);
    this.slots = slots(tables);
    for (int i = 0; i < baseOf.length; i++) {
      baseOf[i] = tables.tableOf[i] << LevelTables.TOTAL_BITS;
    }
    for (int i = 0; i < LANES; i++) {
      states[i] = word(stream, 4 * i) | word(stream, 4 * i + 2) << 16;
    }
    this.wordCount = words;
    this.words = new char[words + LevelContexts.BLOCK + 1];
    int from = 4 * LANES;
    for (int i = 0; i < words; i++) {
      this.words[i] = (char) word(stream, from + 2 * i);
    }
    this.escapes = new short[escapes];
    for (int i = 0; i < escapes; i++) {
      this.escapes[i] = (short) word(stream, from + 2 * (words + i));
    }
  }

  /** Length of a stream. */
  public static long streamBytes(int words, int escapes) {
    return 4 * LANES + 2L * words + 2L * escapes;
  }

  /** The octave of magnitudes that contexts begin with. */
  public static int firstOctave(int logMean) {
    return (logMean - 32 >> 3) - 4;
  }

  private static int word(byte[] bytes, int at) {
    return bytes[at] & 0xFF | (bytes[at + 1] & 0xFF) << 8;
  }

  /** [table · 4096 + slot]: frequency − 1 in the upper 12 bits, offset in the interval in 12 more, the level. */
  private static int[] slots(LevelTables tables) {
    int[] slots = new int[tables.frequencies.length << LevelTables.TOTAL_BITS];
    int slot = 0;
    for (int[] table : tables.frequencies) {
      for (int i = 0; i < table.length; i++) {
        int level = i == table.length - 1 ? ESCAPE : i - tables.most;
        for (int offset = 0; offset < table[i]; offset++) {
          slots[slot++] = table[i] - 1 << 20 | offset << 8 | level & 0xFF;
        }
      }
    }
    return slots;
  }

  /** Begins a block. */
  public void startBlock(int channels) {
    if (!levelTables.single()) {
      contexts.startBlock(channels);
    }
  }

  /**
   * Decodes the levels at one input of a block.
   *
   * @return whether the stream was long enough
   */
  public boolean row(int input, int channels, int[] levels) {
    int[] flips = contexts.flips;
    int[] symbols = this.symbols;
    if (levelTables.single()) {
      word = decode(words, word, slots, bases, states, symbols, channels);
    } else {
      contexts.prepare(input);
      chooseTables(input, channels);
      word = decode(words, word, slots, bases, states, symbols, channels);
    }
    int least = 0;
    for (int j = 0; j < channels; j++) {
      least = Math.min(least, symbols[j]);
      levels[j] = (symbols[j] ^ flips[j]) - flips[j];
    }
    if (least == ESCAPE && !takeEscapes(channels, levels)) {
      return false;
    }
    if (!levelTables.single()) {
      contexts.learn(input, levels);
    }
    return word <= wordCount;
  }

  private void chooseTables(int input, int channels) {
    int logInputMean = LevelContexts.log(contexts.inputMean(input) + 4);
    contexts.classify(logInputMean, firstOctave, LevelTables.OCTAVES - 1, bases);
    int[] bases = this.bases;
    int[] baseOf = this.baseOf;
    for (int j = 0; j < channels; j++) {
      bases[j] = baseOf[bases[j]];
    }
  }

  private boolean takeEscapes(int channels, int[] levels) {
    for (int j = 0; j < channels; j++) {
      if (symbols[j] == ESCAPE) {
        if (escape == escapes.length) {
          return false;
        }
        levels[j] = escapes[escape++];
      }
    }
    return true;
  }

  /** Whether the stream ends here, in the state in which an encoder begins. */
  public boolean isFinished() {
    return word == wordCount && escape == escapes.length && Arrays.stream(states).allMatch(state -> state == LOW);
  }

  /** The hot loop, of arrays and locals alone, so that it is compiled early and well. Returns the next word's index. */
  private static int decode(
      char[] words, int first, int[] slots, int[] bases, int[] states, int[] symbols, int channels) {
    int word = first;
    int full = channels & -LANES;
    int x0 = states[0];
    int x1 = states[1];
    int x2 = states[2];
    int x3 = states[3];
    int x4 = states[4];
    int x5 = states[5];
    int x6 = states[6];
    int x7 = states[7];
    for (int j = 0; j < full; j += LANES) {
      int low;
      int s = slots[bases[j] + (x0 & SLOT_MASK)];
      symbols[j] = (byte) s;
      x0 = ((s >>> 20) + 1) * (x0 >>> 12) + (s >>> 8 & SLOT_MASK);
      low = (x0 >>> 16) - 1 >> 31;
      x0 = x0 << (low & 16) | words[word] & low;
      word -= low;
      s = slots[bases[j + 1] + (x1 & SLOT_MASK)];
      symbols[j + 1] = (byte) s;
      x1 = ((s >>> 20) + 1) * (x1 >>> 12) + (s >>> 8 & SLOT_MASK);
      low = (x1 >>> 16) - 1 >> 31;
      x1 = x1 << (low & 16) | words[word] & low;
      word -= low;
      s = slots[bases[j + 2] + (x2 & SLOT_MASK)];
      symbols[j + 2] = (byte) s;
      x2 = ((s >>> 20) + 1) * (x2 >>> 12) + (s >>> 8 & SLOT_MASK);
      low = (x2 >>> 16) - 1 >> 31;
      x2 = x2 << (low & 16) | words[word] & low;
      word -= low;
      s = slots[bases[j + 3] + (x3 & SLOT_MASK)];
      symbols[j + 3] = (byte) s;
      x3 = ((s >>> 20) + 1) * (x3 >>> 12) + (s >>> 8 & SLOT_MASK);
      low = (x3 >>> 16) - 1 >> 31;
      x3 = x3 << (low & 16) | words[word] & low;
      word -= low;
      s = slots[bases[j + 4] + (x4 & SLOT_MASK)];
      symbols[j + 4] = (byte) s;
      x4 = ((s >>> 20) + 1) * (x4 >>> 12) + (s >>> 8 & SLOT_MASK);
      low = (x4 >>> 16) - 1 >> 31;
      x4 = x4 << (low & 16) | words[word] & low;
      word -= low;
      s = slots[bases[j + 5] + (x5 & SLOT_MASK)];
      symbols[j + 5] = (byte) s;
      x5 = ((s >>> 20) + 1) * (x5 >>> 12) + (s >>> 8 & SLOT_MASK);
      low = (x5 >>> 16) - 1 >> 31;
      x5 = x5 << (low & 16) | words[word] & low;
      word -= low;
      s = slots[bases[j + 6] + (x6 & SLOT_MASK)];
      symbols[j + 6] = (byte) s;
      x6 = ((s >>> 20) + 1) * (x6 >>> 12) + (s >>> 8 & SLOT_MASK);
      low = (x6 >>> 16) - 1 >> 31;
      x6 = x6 << (low & 16) | words[word] & low;
      word -= low;
      s = slots[bases[j + 7] + (x7 & SLOT_MASK)];
      symbols[j + 7] = (byte) s;
      x7 = ((s >>> 20) + 1) * (x7 >>> 12) + (s >>> 8 & SLOT_MASK);
      low = (x7 >>> 16) - 1 >> 31;
      x7 = x7 << (low & 16) | words[word] & low;
      word -= low;
    }
    states[0] = x0;
    states[1] = x1;
    states[2] = x2;
    states[3] = x3;
    states[4] = x4;
    states[5] = x5;
    states[6] = x6;
    states[7] = x7;
    return full == channels ? word : rest(words, word, slots, bases, states, symbols, full, channels);
  }

  private static int rest(
      char[] words, int word, int[] slots, int[] bases, int[] states, int[] symbols, int from, int channels) {
    int next = word;
    for (int j = from; j < channels; j++) {
      int x = states[j - from];
      int s = slots[bases[j] + (x & SLOT_MASK)];
      symbols[j] = (byte) s;
      x = ((s >>> 20) + 1) * (x >>> 12) + (s >>> 8 & SLOT_MASK);
      if (x >>> 16 == 0) {
        x = x << 16 | words[next++];
      }
      states[j - from] = x;
    }
    return next;
  }
}
