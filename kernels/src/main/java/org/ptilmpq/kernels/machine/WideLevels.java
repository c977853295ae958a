package org.ptilmpq.kernels.machine;

import java.util.Arrays;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.WeightGroup;

/**
 * The levels of a block that unpacking doesn't give: those beyond a byte, whose high parts are listed by step, and
 * those of two regions, which aren't linear in their codes and are kept. Levels of the usual grids in a byte have
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

  /** Of the two's complement bytes the lowest is one further from 0 than the highest. */
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
      levels[k] = new short[block.channels()];
      for (int j = 0; j < block.channels(); j++) {
        int level = block.group().level(weights.code(block, k, j));
        levels[k][j] = (short) (hasTail ? level + (weights.tail(block, row, j) << block.width()) : level);
      }
      row += hasTail ? 1 : 0;
    }
  }

  /**
   * Whether a tail at an input may make a level of more than a byte. Tails of 7 − width bits with their sign make none
   * beyond ±96: where there is more of one, a bit from there on isn't its sign.
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
        for (int j = from; j < to && !has; j++) {
          has = high(step, input, j) != 0;
        }
      }
      if (has) {
        found[count++] = step;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /** The level of an input of a step, 0 where there is no such input or none was read. */
  private int level(int step, int input, int channel) {
    int within = step % shape.steps() * products.stepInputs() + input;
    if (within >= shape.segmentInputs()) {
      return 0;
    }
    short[] ofInput = levels[step / shape.steps() * shape.segmentInputs() + within];
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

  /** Room for the kept panel; −1 where none is. */
  int reservePanel(NativeTable table) {
    return levels != null && isKept(block) ? table.reserve((long) shape.allSteps() * products.stepInputs() * PackedWeights.BLOCK) : -1;
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

  /** Room for the high parts of each column: places of the inputs first, and behind them levels. */
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
