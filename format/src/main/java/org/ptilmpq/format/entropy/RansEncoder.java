package org.ptilmpq.format.entropy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Encodes for {@link RansDecoder}: all levels of a layer are taken first, then encoded from the last one back. */
public final class RansEncoder {

  private static final int FLIPPED = LevelTables.CONTEXTS;
  private static final int OTHERS = 2 * LevelTables.MAX_LEVEL + 1;

  private final LevelContexts contexts;
  private final int firstOctave;

  /** Levels in the order of coding, and the context of each with whether its prediction was negative. */
  private short[] levels = new short[1 << 12];

  private byte[] contextOf = new byte[1 << 12];
  private final int[] classes = new int[LevelContexts.BLOCK];
  private int count;

  /** For each block, the number of levels in a row and the number of rows. */
  private final List<int[]> blocks = new ArrayList<>();

  private short[] words = new short[1 << 12];
  private int wordsFrom = words.length;

  /** @param contexts not used yet */
  public RansEncoder(LevelContexts contexts, int logMean) {
    this.contexts = contexts;
    this.firstOctave = RansDecoder.firstOctave(logMean);
  }

  /**
   * The coded levels of a layer.
   *
   * @param stream states, words and escapes
   * @param words how many
   * @param escapes how many
   */
  public record Coded(LevelTables tables, byte[] stream, int words, int escapes) {}

  /** Begins a block. */
  public void startBlock(int channels) {
    contexts.startBlock(channels);
    blocks.add(new int[] {channels, 0});
  }

  /** Takes the levels at the next input of the block. */
  public void row(int input, int channels, int[] row) {
    contexts.prepare(input);
    int logInputMean = LevelContexts.log(contexts.inputMean(input) + 4);
    if (count + channels > levels.length) {
      levels = Arrays.copyOf(levels, 2 * levels.length);
      contextOf = Arrays.copyOf(contextOf, levels.length);
    }
    contexts.classify(logInputMean, firstOctave, LevelTables.OCTAVES - 1, classes);
    for (int j = 0; j < channels; j++) {
      levels[count] = (short) row[j];
      contextOf[count++] = (byte) (classes[j] | (contexts.flips[j] != 0 ? FLIPPED : 0));
    }
    contexts.learn(input, row);
    blocks.getLast()[1]++;
  }

  /** Chooses the tables and encodes everything. */
  public Coded finish() {
    LevelTables tables = tables();
    int most = tables.most;
    int[][] starts = new int[tables.frequencies.length][2 * most + 2];
    for (int table = 0; table < starts.length; table++) {
      for (int i = 1; i < starts[table].length; i++) {
        starts[table][i] = starts[table][i - 1] + tables.frequencies[table][i - 1];
      }
    }
    long[] states = new long[RansDecoder.LANES];
    Arrays.fill(states, RansDecoder.LOW);
    List<Short> escapes = new ArrayList<>();
    int at = count;
    for (int[] block : blocks.reversed()) {
      for (int row = 0; row < block[1]; row++) {
        for (int j = block[0] - 1; j >= 0; j--) {
          at--;
          int table = tables.single() ? 0 : tables.tableOf[contextOf[at] & FLIPPED - 1];
          int symbol = symbol(at, tables);
          if (symbol == 2 * most + 1) {
            escapes.add(levels[at]);
          }
          int lane = j % RansDecoder.LANES;
          states[lane] = push(states[lane], starts[table][symbol], tables.frequencies[table][symbol]);
        }
      }
    }
    int wordCount = words.length - wordsFrom;
    ByteBuffer stream =
        ByteBuffer.allocate(4 * RansDecoder.LANES + 2 * (wordCount + escapes.size())).order(ByteOrder.LITTLE_ENDIAN);
    for (long state : states) {
      stream.putInt((int) state);
    }
    for (int i = wordsFrom; i < words.length; i++) {
      stream.putShort(words[i]);
    }
    escapes.reversed().forEach(stream::putShort);
    return new Coded(tables, stream.array(), wordCount, escapes.size());
  }

  private LevelTables tables() {
    long[] plain = new long[OTHERS + 1];
    long[][] turned = new long[LevelTables.CONTEXTS][OTHERS + 1];
    for (int i = 0; i < count; i++) {
      int context = contextOf[i];
      plain[counter(levels[i])]++;
      turned[context & FLIPPED - 1][counter((context & FLIPPED) != 0 ? -levels[i] : levels[i])]++;
    }
    return TableChooser.choose(plain, turned);
  }

  private static int counter(int level) {
    return Math.abs(level) <= LevelTables.MAX_LEVEL ? level + LevelTables.MAX_LEVEL : OTHERS;
  }

  /** Index of a level in its table. */
  private int symbol(int at, LevelTables tables) {
    int level = levels[at];
    if (Math.abs(level) > tables.most) {
      return 2 * tables.most + 1;
    }
    boolean flipped = !tables.single() && (contextOf[at] & FLIPPED) != 0;
    return tables.most + (flipped ? -level : level);
  }

  private long push(long state, int start, int frequency) {
    long x = state;
    if (x >= (long) frequency << 32 - LevelTables.TOTAL_BITS) {
      if (wordsFrom == 0) {
        short[] longer = new short[2 * words.length];
        System.arraycopy(words, 0, longer, words.length, words.length);
        wordsFrom = words.length;
        words = longer;
      }
      words[--wordsFrom] = (short) x;
      x >>>= 16;
    }
    return (x / frequency << LevelTables.TOTAL_BITS) + x % frequency + start;
  }
}
