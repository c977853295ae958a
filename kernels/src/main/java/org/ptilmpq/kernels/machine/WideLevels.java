package org.ptilmpq.kernels.machine;

import java.util.Arrays;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.WeightGroup;

/**
 * The levels of a block that unpacking doesn't give: those beyond a byte, whose high parts are listed by step, and
 * those of two regions, which aren't linear in their codes and are kept. Levels of linear grids that fit a byte have
 * neither.
 */
final class WideLevels {

  private static final WideLevels NONE = new WideLevels();

  private final PackedWeights weights;
  private final PackedWeights.Block block;
  private final ConvolutionShape shape;
  private final ProductCode products;

  /** Levels of an input, one after the other; null where no kept panel is needed. */
  private final short[][] levels;

  /** For each column, the steps with high parts. */
  private final int[][] steps;

  private WideLevels() {
    weights = null;
    block = null;
    shape = null;
    products = null;
    levels = null;
    steps = new int[0][];
  }

  private WideLevels(PackedWeights weights, PackedWeights.Block block, ConvolutionShape shape, ProductCode products) {
    this.weights = weights;
    this.block = block;
    this.shape = shape;
    this.products = products;
    levels = new short[weights.inputs()][];
    read();
    int lanes = products.emitter().columnLanes();
    steps = new int[Math.ceilDiv(block.channels(), lanes)][];
    for (int column = 0; column < steps.length; column++) {
      steps[column] = stepsWithHighs(column * lanes, Math.min(block.channels(), (column + 1) * lanes));
    }
  }

  static WideLevels of(
      PackedWeights weights, PackedWeights.Block block, ConvolutionShape shape, ProductCode products) {
    return panels(block) == 0 ? NONE : new WideLevels(weights, block, shape, products);
  }

  /** Panels that are kept at most: the levels of two regions, and high parts. */
  static int panels(PackedWeights.Block block) {
    return (isKept(block) ? 1 : 0) + (mayExceedByte(block) ? 1 : 0);
  }

  private static boolean isKept(PackedWeights.Block block) {
    return block.width() > 0 && block.group().ratio() != 1 && !block.group().halfStep();
  }

  /** Whether a level may exceed a byte, whose lowest value is one further from 0 than its highest. */
  private static boolean mayExceedByte(PackedWeights.Block block) {
    WeightGroup group = block.group();
    boolean isPlain = !group.halfStep() && group.ratio() == 1 && !block.hasTails();
    return !isPlain && block.width() > 0 && block.largestLevel() > Byte.MAX_VALUE;
  }

  /** Levels of the inputs that may have high parts, or of all where the panel is kept. */
  private void read() {
    boolean all = isKept(block) || block.group().halfStep();
    int row = 0;
    for (int k = 0; k < weights.inputs(); k++) {
      boolean hasTail = row < block.tails().count() && weights.tailInput(block, row) == k;
      if (!all && !(hasTail && mayExceedByte(row))) {
        row += hasTail ? 1 : 0;
        continue;
      }
      levels[k] = read(k, hasTail ? row : -1);
      row += hasTail ? 1 : 0;
    }
  }

  /**
   * The levels at an input, from words of all channels: reading every channel's code by itself would read each word 64
   * times.
   *
   * @param row of the tails at the input; −1 without
   */
  private short[] read(int k, int row) {
    int[] codes = new int[block.channels()];
    for (int plane = 0; plane < block.width(); plane++) {
      add(weights.word(block, k, plane), codes, unit(plane, block.width()));
    }
    short[] read = new short[codes.length];
    for (int j = 0; j < codes.length; j++) {
      read[j] = (short) block.group().level(codes[j]);
    }
    if (row >= 0) {
      int[] tails = new int[codes.length];
      for (int plane = 0; plane < block.tails().planes(); plane++) {
        add(weights.tailWord(block, row, plane), tails, unit(plane, block.tails().planes()));
      }
      for (int j = 0; j < tails.length; j++) {
        read[j] += (short) (tails[j] << block.width());
      }
    }
    return read;
  }

  /** The value of a plane's bit: the highest one is the sign. */
  private static int unit(int plane, int planes) {
    return plane < planes - 1 ? 1 << plane : -1 << plane;
  }

  private static void add(long word, int[] codes, int unit) {
    for (int j = 0; j < codes.length; j++) {
      codes[j] += (int) (word >>> j & 1) * unit;
    }
  }

  /**
   * Whether a tail at an input may make a level of more than a byte. Tails of 7 − width bits with their sign make none
   * beyond ±96: where one is larger, a bit from there on isn't its sign.
   */
  private boolean mayExceedByte(int row) {
    int signAt = block.tails().planes() - 1;
    long sign = weights.tailWord(block, row, signAt);
    int signOfFew = Byte.SIZE - 2 - block.width();
    if (signOfFew < 0) {
      return true;
    }
    for (int plane = signOfFew; plane < signAt; plane++) {
      if (weights.tailWord(block, row, plane) != sign) {
        return true;
      }
    }
    return false;
  }

  private int[] stepsWithHighs(int from, int to) {
    int[] found = new int[shape.allSteps()];
    int count = 0;
    for (int step = 0; step < found.length; step++) {
      boolean has = false;
      for (int input = 0; input < products.stepInputs() && !has; input++) {
        has = hasHighs(levels(step, input), from, to);
      }
      if (has) {
        found[count++] = step;
      }
    }
    return Arrays.copyOf(found, count);
  }

  private static boolean hasHighs(short[] levels, int from, int to) {
    for (int j = from; levels != null && j < to; j++) {
      if (levels[j] != (byte) levels[j]) {
        return true;
      }
    }
    return false;
  }

  /** The levels of an input of a step; null where there is no such input or none were read. */
  private short[] levels(int step, int input) {
    int within = step % shape.steps() * products.stepInputs() + input;
    return within >= shape.segmentInputs() ? null : levels[step / shape.steps() * shape.segmentInputs() + within];
  }

  private int level(int step, int input, int channel) {
    short[] ofInput = levels(step, input);
    return ofInput == null ? 0 : ofInput[channel];
  }

  private int high(int step, int input, int channel) {
    int level = level(step, input, channel);
    return level - (byte) level >> Byte.SIZE;
  }

  boolean haveHighs() {
    for (int[] ofColumn : steps) {
      if (ofColumn.length > 0) {
        return true;
      }
    }
    return false;
  }

  /** Reserves room for the kept panel; returns −1 where there is none. */
  int reservePanel(NativeTable table) {
    return levels != null && isKept(block)
        ? table.reserve((long) shape.allSteps() * products.stepInputs() * PackedWeights.BLOCK)
        : -1;
  }

  void writePanel(NativeTable table, int at) {
    int panel = shape.allSteps() * products.stepBytes();
    int lanes = products.emitter().columnLanes();
    for (int j = 0; j < block.channels(); j++) {
      int begin = at + j / lanes * panel;
      for (int step = 0; step < shape.allSteps(); step++) {
        for (int input = 0; input < products.stepInputs(); input++) {
          int offset = products.panelOffset(step, input, j % lanes);
          table.putByte(begin + offset, level(step, input, j));
        }
      }
    }
  }

  /** Reserves room for the high parts of each column: places of the inputs first, and levels after them. */
  int[] reserveHighs(NativeTable table) {
    int[] at = new int[2 * steps.length];
    for (int column = 0; column < steps.length; column++) {
      if (steps[column].length > 0) {
        at[2 * column] = table.reserve((long) steps[column].length * Integer.BYTES);
        at[2 * column + 1] = table.reserve((long) steps[column].length * products.stepBytes());
      }
    }
    return at;
  }

  void writeHighs(NativeTable table, long base, int record, int[] at, int column) {
    if (steps.length == 0 || steps[column].length == 0) {
      return;
    }
    int lanes = products.emitter().columnLanes();
    table.putLong(record + Context.Column.HIGHS, steps[column].length);
    table.putLong(record + Context.Column.HIGH_INPUTS, base + at[2 * column]);
    table.putLong(record + Context.Column.HIGH_PANEL, base + at[2 * column + 1]);
    for (int i = 0; i < steps[column].length; i++) {
      int step = steps[column][i];
      table.putInt(at[2 * column] + i * Integer.BYTES, shape.inputOffset(step, products.stepInputs()));
      for (int input = 0; input < products.stepInputs(); input++) {
        for (int lane = 0; lane < Math.min(lanes, block.channels() - column * lanes); lane++) {
          int offset = at[2 * column + 1] + products.panelOffset(i, input, lane);
          table.putByte(offset, high(step, input, column * lanes + lane));
        }
      }
    }
  }
}
