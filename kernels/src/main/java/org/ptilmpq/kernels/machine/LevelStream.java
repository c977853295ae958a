package org.ptilmpq.kernels.machine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.ptilmpq.kernels.LevelDecoder.CodedLevels;
import org.ptilmpq.kernels.machine.code.NativeCalls;

/** A layer while machine code decodes it: the {@link LevelFrame}, and the memory whose addresses it has. */
final class LevelStream {

  /** Inputs of a block at which a channel's mean begins to follow the levels more slowly. */
  private static final int[] SLOWER = {8, 24, 56};

  private static final int FIRST_MEAN_SHIFT = 3;

  /** Inputs after each of which logarithms are taken anew; later it is done every fourth time. */
  private static final int OFTEN = 16;

  private static final int SELDOM = 4;

  /** A table: 4096 numbers of 32 bits. */
  private static final int TABLE_BYTES = 4 << LevelEmitter.SLOT_BITS;

  private static final int MAX_TABLES = 16;

  /** Bytes between the parts, for their alignment. */
  private static final int PADDING = 256;

  private static final int FIRST_STATE_BYTES = 8 * Integer.BYTES;

  /** Words beyond the last one that are read before it is noticed that there are none. */
  private static final int SLACK = 2 * LevelFrame.CHANNELS + Short.BYTES;

  private static final int FINAL_STATE = 1 << LevelEmitter.WORD_BITS;

  /** Weights, in parts of 256, of the magnitudes at the left, above and at both corners. */
  private static final int[] BOTH_WEIGHTS = {96, 96, 32};

  private static final int[] LEFT_WEIGHTS = {256, 0, 0};
  private static final int[] ABOVE_WEIGHTS = {0, 192, 64};

  private final CodedLevels levels;
  private final LevelFunctions functions;
  private final MemorySegment frame;
  private final int[] beginning;

  /** Where the segments of each tap begin. */
  private final long[] segments;

  private final MemorySegment inputMeans;
  private final long history;

  /** Bytes of zeros: the levels at a missing tap. */
  private final long noTap;

  private final MemorySegment listed;
  private final MemorySegment listedInputs;
  private final long wordsEnd;
  private final boolean hasTaps;
  private long codesOffset;
  private long tailsOffset;

  /** @param memory {@link #mappedBytes} of it, with any content */
  LevelStream(CodedLevels levels, LevelFunctions functions, SegmentAllocator memory) {
    this.levels = levels;
    this.functions = functions;
    int inputs = levels.inputs();
    hasTaps = !levels.isSingle() && inputs > levels.inputChannels();
    long streamBytes = levels.stream().byteSize();
    frame = memory.allocate(LevelFrame.BYTES, 64).fill((byte) 0);
    MemorySegment stream = memory.allocate(streamBytes + SLACK, Integer.BYTES);
    MemorySegment.copy(levels.stream(), 0, stream, 0, streamBytes);
    MemorySegment slots = slots(memory);
    beginning = beginning(levels);
    segments = segments(memory);
    inputMeans = memory.allocate(ValueLayout.JAVA_INT, inputs);
    int[] means = new int[inputs];
    Arrays.fill(means, levels.mean());
    MemorySegment.copy(means, 0, inputMeans, ValueLayout.JAVA_INT, 0, inputs);
    history = memory.allocate(LevelFrame.CHANNELS * (hasTaps ? (long) inputs : 1)).address();
    long noTapBytes = hasTaps ? (long) LevelFrame.CHANNELS * levels.inputChannels() : 0;
    noTap = memory.allocate(noTapBytes).fill((byte) 0).address();
    listedInputs = memory.allocate(ValueLayout.JAVA_INT, inputs);
    listed = memory.allocate((long) LevelFrame.LISTED_BYTES * inputs);
    wordsEnd = stream.address() + FIRST_STATE_BYTES + (long) Short.BYTES * levels.words();
    putLong(LevelFrame.WORDS, stream.address() + FIRST_STATE_BYTES);
    putLong(LevelFrame.WORDS_END, wordsEnd);
    putLong(LevelFrame.ESCAPES, wordsEnd);
    putLong(LevelFrame.ESCAPES_END, stream.address() + streamBytes);
    for (int i = 0; i < 8; i++) {
      int state = stream.get(ValueLayout.JAVA_INT, (long) i * Integer.BYTES);
      putLong(LevelFrame.STATES + i * Long.BYTES, Integer.toUnsignedLong(state));
    }
    long[] tables = new long[levels.tableOf().length];
    for (int i = 0; i < tables.length; i++) {
      tables[i] = slots.address() + (long) levels.tableOf()[i] * TABLE_BYTES;
    }
    MemorySegment.copy(tables, 0, frame, ValueLayout.JAVA_LONG, LevelFrame.TABLES, tables.length);
    int[] constants = LevelFrame.CONSTANT_VALUES;
    MemorySegment.copy(constants, 0, frame, ValueLayout.JAVA_INT, LevelFrame.ONE, constants.length);
    putLong(LevelFrame.BITS, 0x8040201008040201L);
    putLong(LevelFrame.BITS + Long.BYTES, 0x8040201008040201L);
    putInt(LevelFrame.LOG_BASE, (127 << 3) + levels.logMean());
    putInt(LevelFrame.OCTAVE_BASE, levels.firstOctave() + 4);
  }

  /** Writes the segments of each tap, and returns where each one's begin. With one table all taps count as one. */
  private long[] segments(SegmentAllocator memory) {
    int tapInputs = levels.isSingle() ? levels.inputs() : levels.inputChannels();
    int taps = levels.inputs() / tapInputs;
    long[] table = new long[(int) (segmentBytes(taps) / Long.BYTES)];
    MemorySegment segment = memory.allocate(segmentBytes(taps), Long.BYTES);
    long[] begins = new long[taps];
    int at = 0;
    for (int tap = 0; tap < taps; tap++) {
      begins[tap] = segment.address() + (long) at * Long.BYTES;
      int tapEnd = (tap + 1) * tapInputs;
      for (int input = tap * tapInputs; input < tapEnd; at += 4) {
        int end = input < OFTEN ? Math.min(tapEnd, OFTEN) : tapEnd;
        int shift = FIRST_MEAN_SHIFT;
        for (int slower : SLOWER) {
          end = input < slower ? Math.min(end, slower) : end;
          shift += input >= slower ? 1 : 0;
        }
        table[at] = end - input;
        table[at + 1] = shift;
        table[at + 2] = input < OFTEN ? 1 : SELDOM - input % SELDOM;
        table[at + 3] = input < OFTEN ? 1 : SELDOM;
        input = end;
      }
      at += 4;
    }
    MemorySegment.copy(table, 0, segment, ValueLayout.JAVA_LONG, 0, table.length);
    return begins;
  }

  /** One or more segments for a tap and one that ends them; four times a segment ends within a tap at most. */
  private static long segmentBytes(long taps) {
    return (2 * taps + SLOWER.length + 1) * LevelFrame.SEGMENT_BYTES;
  }

  /** The initial values of a block, from {@link LevelFrame#CONTEXTS} on: means and logarithms are the layer's. */
  private static int[] beginning(CodedLevels levels) {
    int[] numbers = new int[(LevelFrame.TABLES - LevelFrame.CONTEXTS) / Integer.BYTES];
    int log = (Float.floatToRawIntBits(levels.mean() + 4) >> 20) - (127 << 3) - levels.logMean();
    int means = (LevelFrame.MEANS - LevelFrame.CONTEXTS) / Integer.BYTES;
    int logs = (LevelFrame.LOGS - LevelFrame.CONTEXTS) / Integer.BYTES;
    Arrays.fill(numbers, means, means + LevelFrame.CHANNELS, levels.mean());
    Arrays.fill(numbers, logs, logs + LevelFrame.CHANNELS, log);
    return numbers;
  }

  /**
   * The tables: for each slot, frequency − 1 in the upper 12 bits, its offset in the interval in 12 more, and the level
   * in the lowest 8.
   */
  private MemorySegment slots(SegmentAllocator memory) {
    MemorySegment slots = memory.allocate((long) levels.frequencies().length * TABLE_BYTES, Integer.BYTES);
    int[] table = new int[TABLE_BYTES / Integer.BYTES];
    for (int t = 0; t < levels.frequencies().length; t++) {
      int[] frequencies = levels.frequencies()[t];
      int escape = frequencies.length - 1;
      int most = (escape - 1) / 2;
      int slot = 0;
      for (int i = 0; i <= escape; i++) {
        int level = i == escape ? Byte.MIN_VALUE : i - most;
        int entry = frequencies[i] - 1 << Integer.SIZE - LevelEmitter.SLOT_BITS | level & 0xFF;
        for (int offset = 0; offset < frequencies[i]; offset++) {
          table[slot++] = entry | offset << Byte.SIZE;
        }
      }
      MemorySegment.copy(table, 0, slots, ValueLayout.JAVA_INT, (long) t * TABLE_BYTES, table.length);
    }
    return slots;
  }

  /** Whether the stream is as long as its counts say. */
  static boolean fits(CodedLevels levels) {
    long bytes = FIRST_STATE_BYTES + (long) Short.BYTES * (levels.words() + (long) levels.escapes());
    return bytes == levels.stream().byteSize();
  }

  /** Room for a layer, whatever its stream says. */
  static long mappedBytes(CodedLevels levels) {
    int inputs = levels.inputs();
    return bytes(inputs, levels.inputChannels(), levels.frequencies().length, levels.stream().byteSize(), inputs);
  }

  /** See {@link LevelFunctions#scratchBytes}. An input with tails takes five bytes of them at least. */
  static long touchedBytes(int inputs, int inputChannels, long streamBytes, long tailBytes) {
    long listed = Math.min(inputs, tailBytes / (Integer.BYTES + 1));
    return bytes(inputs, inputChannels, MAX_TABLES, streamBytes, listed);
  }

  /** What is listed comes last, so that its unused part isn't touched, whatever was decoded there before. */
  private static long bytes(int inputs, int inputChannels, int tables, long streamBytes, long listed) {
    long taps = inputs > inputChannels ? (long) LevelFrame.CHANNELS * (inputs + inputChannels) : LevelFrame.CHANNELS;
    long inputBytes = 2L * Integer.BYTES * inputs;
    long slots = (long) tables * TABLE_BYTES;
    long fixed = LevelFrame.BYTES + SLACK + segmentBytes(inputs / inputChannels) + PADDING;
    return fixed + streamBytes + slots + inputBytes + taps + listed * LevelFrame.LISTED_BYTES;
  }

  private void putLong(int at, long value) {
    frame.set(ValueLayout.JAVA_LONG, at, value);
  }

  private void putInt(int at, int value) {
    frame.set(ValueLayout.JAVA_INT, at, value);
  }

  private long longAt(int at) {
    return frame.get(ValueLayout.JAVA_LONG, at);
  }

  /** Decodes everything; returns false where something doesn't fit. */
  boolean decode() {
    for (CodedLevels.Block block : levels.blocks()) {
      if (!block(block)) {
        return false;
      }
    }
    boolean finished = longAt(LevelFrame.WORDS) == wordsEnd
        && longAt(LevelFrame.ESCAPES) == longAt(LevelFrame.ESCAPES_END);
    for (int i = 0; i < 8; i++) {
      finished &= longAt(LevelFrame.STATES + i * Long.BYTES) == FINAL_STATE;
    }
    long tails = tailsOffset == 0 ? 0 : tailsOffset + Long.BYTES;
    return finished && tails == levels.tails().byteSize();
  }

  private boolean block(CodedLevels.Block block) {
    int wordBytes = (block.channels() + 7) / 8;
    long blockBytes = (long) levels.inputs() * block.width() * wordBytes;
    if (codesOffset + blockBytes + Long.BYTES > levels.codes().byteSize()) {
      return false;
    }
    putLong(LevelFrame.PLANES, levels.codes().address() + codesOffset);
    codesOffset += (blockBytes + 7) / 8 * 8;
    putLong(LevelFrame.WORD_BYTES, wordBytes);
    putLong(LevelFrame.WIDTH, block.width());
    putLong(LevelFrame.EIGHTS, block.channels() / 8);
    putLong(LevelFrame.REST, block.channels() % 8);
    putLong(LevelFrame.LISTED, listed.address());
    putLong(LevelFrame.LISTED_INPUTS, listedInputs.address());
    putLong(LevelFrame.MAY_LIST, block.tails() ? 1 : 0);
    putLong(LevelFrame.RECIPROCAL, Math.ceilDiv(1L << LevelFrame.RECIPROCAL_BITS, block.channels()));
    putInt(LevelFrame.WIDTH_SHIFT, block.width());
    putInt(LevelFrame.HALF, 1 << block.width() - 1);
    putLong(LevelFrame.INPUT, 0);
    putLong(LevelFrame.INPUT_MEAN, inputMeans.address());
    putLong(LevelFrame.HISTORY, history);
    putLong(LevelFrame.HISTORY_STEP, hasTaps ? LevelFrame.CHANNELS : 0);
    frame.asSlice(LevelFrame.ALL_TAILS, LevelFrame.STATES - LevelFrame.ALL_TAILS).fill((byte) 0);
    MemorySegment.copy(beginning, 0, frame, ValueLayout.JAVA_INT, LevelFrame.CONTEXTS, beginning.length);
    for (int tap = 0; tap < segments.length; tap++) {
      putLong(LevelFrame.SEGMENT, segments[tap]);
      LevelCode.Kind kind = levels.isSingle() ? LevelCode.Kind.SINGLE : taps(tap);
      NativeCalls.invoke(functions.decode(kind), frame.address(), 0, 0, 0, 0, 0);
      if (longAt(LevelFrame.FAULT) != 0) {
        return false;
      }
    }
    return !block.tails() || tails(block, wordBytes);
  }

  /** Sets where the levels of neighbouring taps are. */
  private LevelCode.Kind taps(int tap) {
    int width = levels.kernelWidth();
    int input = tap * levels.inputChannels();
    boolean left = tap % width != 0;
    boolean above = tap >= width;
    if (!left && !above) {
      return LevelCode.Kind.ALONE;
    }
    int[] weights = left ? above ? BOTH_WEIGHTS : LEFT_WEIGHTS : ABOVE_WEIGHTS;
    putInt(LevelFrame.LEFT_WEIGHT, weights[0]);
    putInt(LevelFrame.ABOVE_WEIGHT, weights[1]);
    putInt(LevelFrame.CORNER_WEIGHT, weights[2]);
    tap(LevelFrame.LEFT, left, input, 1);
    tap(LevelFrame.ABOVE, above, input, width);
    tap(LevelFrame.ABOVE_LEFT, left && above, input, width + 1);
    tap(LevelFrame.ABOVE_RIGHT, above && tap % width != width - 1, input, width - 1);
    return LevelCode.Kind.WITH_TAPS;
  }

  private void tap(int slot, boolean exists, int input, int tapsBefore) {
    long at = history + (long) LevelFrame.CHANNELS * (input - tapsBefore * levels.inputChannels());
    putLong(slot, exists ? at : noTap);
  }

  /** Writes the listed tails of a block. */
  private boolean tails(CodedLevels.Block block, int wordBytes) {
    int count = (int) ((longAt(LevelFrame.LISTED_INPUTS) - listedInputs.address()) / Integer.BYTES);
    int planes = count == 0 ? 0 : Integer.SIZE + 1 - Integer.numberOfLeadingZeros(all(LevelFrame.ALL_TAILS));
    long wordsAt = tailsOffset + (2L + count) * Integer.BYTES;
    long end = (wordsAt + (long) count * planes * wordBytes + 7) / 8 * 8;
    MemorySegment tails = levels.tails();
    if (all(LevelFrame.ALL_LEVELS) >> 11 != 0 || end + Long.BYTES > tails.byteSize()) {
      return false;
    }
    tails.set(ValueLayout.JAVA_INT, tailsOffset, count);
    tails.set(ValueLayout.JAVA_INT, tailsOffset + Integer.BYTES, planes);
    MemorySegment.copy(listedInputs, 0, tails, tailsOffset + 2L * Integer.BYTES, (long) count * Integer.BYTES);
    tailsOffset = end;
    if (count > 0) {
      putLong(LevelFrame.PLANES, tails.address() + wordsAt);
      putLong(LevelFrame.LISTED, listed.address());
      putLong(LevelFrame.INPUTS_LEFT, count);
      putLong(LevelFrame.LOW_PLANES, Math.min(planes, Byte.SIZE));
      putLong(LevelFrame.HIGH_PLANES, Math.max(0, planes - Byte.SIZE));
      NativeCalls.invoke(functions.tails(), frame.address(), 0, 0, 0, 0, 0);
    }
    return true;
  }

  private int all(int at) {
    int all = 0;
    for (int i = 0; i < LevelEmitter.LANES; i++) {
      all |= frame.get(ValueLayout.JAVA_INT, at + (long) i * Integer.BYTES);
    }
    return all;
  }
}
