package org.ptilmpq.kernels.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.arithmetic.Requantization;
import org.ptilmpq.kernels.machine.Context.Column;

/**
 * The tables of a convolution's weights that its code reads ({@link Context}): where the codes of each block are, how
 * they are unpacked, and each column's multipliers, offsets and places in the output.
 */
final class ConvolutionTables {

  /** How many different numbers of channels in a column the code writes from registers; others are scattered. */
  private static final int DENSE_COUNTS = 2;

  private final KernelSpec.Convolution spec;
  private final ConvolutionShape shape;
  private final ProductCode products;
  private final PackedWeights weights;
  private final PackedWeights.Block[] blocks;
  private final int lanes;
  private final NativeTable table = new NativeTable();
  private final int[] levelSums;
  private final Requantization requantization;
  private final WideLevels[] wide;
  private final List<Integer> denseCounts = new ArrayList<>();
  private final int columnsAt;
  private final int columnsEnd;
  private final int blocksAt;
  private boolean isScattered;

  /** @param levelSums of each packed channel */
  ConvolutionTables(
      KernelSpec.Convolution spec, int[] levelSums, ConvolutionShape shape, ProductCode products) {
    this.spec = spec;
    this.shape = shape;
    this.products = products;
    weights = spec.weights();
    blocks = weights.blocks().toArray(new PackedWeights.Block[0]);
    lanes = products.emitter().columnLanes();
    this.levelSums = levelSums;
    requantization = Requantization.of(spec, levelSums);
    wide = new WideLevels[blocks.length];
    int columns = 0;
    for (int b = 0; b < blocks.length; b++) {
      wide[b] = WideLevels.of(weights, blocks[b], shape, products);
      columns += columns(blocks[b]);
    }
    table.reserve(Context.BYTES);
    blocksAt = table.reserve((long) blocks.length * Context.Block.BYTES);
    columnsAt = table.reserve((long) columns * Column.bytes(lanes));
    columnsEnd = table.size();
    chooseCounts();
  }

  /** Bytes at most, known from shapes alone. */
  static long bytes(KernelSpec.Convolution spec, ConvolutionShape shape, ProductCode products) {
    long bytes = Context.BYTES + 2 * 64;
    int lanes = products.emitter().columnLanes();
    long panel = (long) shape.allSteps() * products.stepInputs() * PackedWeights.BLOCK;
    for (PackedWeights.Block block : spec.weights().blocks()) {
      long columns = Math.ceilDiv(block.channels(), lanes);
      bytes += Context.Block.BYTES + columns * (Column.bytes(lanes) + Math.ceilDiv(lanes * Integer.BYTES, 64) * 64L);
      bytes += WideLevels.panels(block) * panel;
    }
    return bytes;
  }

  private int columns(PackedWeights.Block block) {
    return Math.ceilDiv(block.channels(), lanes);
  }

  private int count(PackedWeights.Block block, int column) {
    return Math.min(lanes, block.channels() - column * lanes);
  }

  /** Whether the channels of a column follow each other in the output. */
  private boolean isInOrder(int first, int count) {
    if (spec.floatScores()) {
      return false;
    }
    for (int i = 1; i < count; i++) {
      if (weights.outputChannel(first + i) != weights.outputChannel(first) + i) {
        return false;
      }
    }
    return true;
  }

  private void chooseCounts() {
    for (PackedWeights.Block block : blocks) {
      for (int column = 0; column < columns(block); column++) {
        int count = count(block, column);
        boolean isDense = isInOrder(block.firstChannel() + column * lanes, count);
        if (isDense && !denseCounts.contains(count) && denseCounts.size() < DENSE_COUNTS) {
          denseCounts.add(count);
        }
        isScattered |= !isDense || !denseCounts.contains(count);
      }
    }
    denseCounts.sort(Comparator.reverseOrder());
  }

  /**
   * The properties that decide the code.
   *
   * @param written the result of {@link #write}, with runs where products have them
   */
  ConvolutionCode.Traits traits(MemorySegment written) {
    boolean haveHighs = false;
    for (WideLevels levels : wide) {
      haveHighs |= levels.haveHighs();
    }
    return new ConvolutionCode.Traits(
        haveHighs,
        runs(written),
        ResultTable.mayExceedInts(requantization),
        isScattered,
        List.copyOf(denseCounts));
  }

  /** The kinds of runs that there are columns of. */
  private List<Integer> runs(MemorySegment written) {
    List<Integer> kinds = products.runKinds();
    Set<Integer> found = new TreeSet<>(Comparator.reverseOrder());
    for (int at = columnsAt; at < columnsEnd && found.size() < kinds.size(); at += Column.bytes(lanes)) {
      long run = written.get(ValueLayout.JAVA_LONG, at + Column.RUN);
      int kind = 0;
      while (run < kinds.get(kind)) {
        kind++;
      }
      found.add(kinds.get(kind));
    }
    return List.copyOf(found);
  }

  /**
   * Writes the tables to native memory.
   *
   * @param unpacking returns the address of the subroutine that unpacks a block
   * @return the tables, which begin with the {@link Context}
   */
  MemorySegment write(Arena arena, ToLongFunction<PackedWeights.Block> unpacking) {
    MemorySegment codes = nativeCopy(arena, weights.codes());
    MemorySegment tails = nativeCopy(arena, weights.tails());
    int[] places = reservePlaces();
    int[][] highs = new int[blocks.length][];
    int[] kept = new int[blocks.length];
    for (int b = 0; b < blocks.length; b++) {
      highs[b] = wide[b].reserveHighs(table);
      kept[b] = wide[b].reservePanel(table);
    }
    MemorySegment memory = table.allocate(arena);
    long base = memory.address();
    header(base);
    int column = 0;
    for (int b = 0; b < blocks.length; b++) {
      block(b, codes.address(), tails.address(), base + columnsAt + (long) column * Column.bytes(lanes));
      long unpack = unpacking.applyAsLong(blocks[b]);
      table.putLong(blocksAt + b * Context.Block.BYTES + Context.Block.UNPACK, unpack);
      if (kept[b] >= 0) {
        table.putLong(blocksAt + b * Context.Block.BYTES + Context.Block.KEPT, base + kept[b]);
        wide[b].writePanel(table, kept[b]);
      }
      for (int c = 0; c < columns(blocks[b]); c++, column++) {
        if (places[column] >= 0) {
          places(b, c, places[column]);
        }
        column(b, c, columnsAt + column * Column.bytes(lanes), places[column] < 0 ? 0 : base + places[column]);
        wide[b].writeHighs(table, base, columnsAt + column * Column.bytes(lanes), highs[b], c);
      }
    }
    return table.copyTo(memory);
  }

  private static MemorySegment nativeCopy(Arena arena, MemorySegment weights) {
    if (weights.isNative()) {
      return weights;
    }
    return arena.allocate(weights.byteSize(), 64).copyFrom(weights);
  }

  /** Tables of places for the columns that are scattered; −1 for the others. */
  private int[] reservePlaces() {
    int[] places = new int[(columnsEnd - columnsAt) / Column.bytes(lanes)];
    int column = 0;
    for (PackedWeights.Block block : blocks) {
      for (int c = 0; c < columns(block); c++, column++) {
        int first = block.firstChannel() + c * lanes;
        int count = count(block, c);
        if (isInOrder(first, count) && denseCounts.contains(count)) {
          places[column] = -1;
          continue;
        }
        places[column] = table.reserve((long) count * Integer.BYTES);
      }
    }
    return places;
  }

  private void header(long base) {
    int inputs = shape.segmentInputs();
    int whole = inputs / products.stepInputs();
    int remainder = inputs % products.stepInputs();
    table.putLong(Context.BLOCKS, base + blocksAt);
    table.putInt(Context.FILL, spec.input().zeroPoint() + (products.flipsSigns() ? 128 : 0));
    table.putLong(Context.SEGMENTS, (long) shape.outer() * shape.inner());
    table.putLong(Context.WHOLE_STEPS, whole);
    table.putLong(Context.REMAINDER, remainder);
    table.putLong(Context.REMAINDER_MASK, (1L << Byte.SIZE * remainder) - 1);
    table.putLong(Context.PANEL_8, panelPlace(8));
    table.putLong(Context.PANEL_16, panelPlace(16));
    table.putLong(Context.PANEL_MIDDLE, panelPlace(32) - panelPlace(16));
    table.putLong(Context.STEP_BYTES, products.stepBytes());
    table.putLong(Context.SEGMENT_INPUTS, inputs);
    ResultTable.write(table, spec, requantization, products.emitter());
  }

  /** Bytes from the panel's beginning to the first step of a channel. */
  private long panelPlace(int channel) {
    long column = (long) channel / lanes * shape.allSteps() * products.stepBytes();
    return column + products.panelOffset(0, 0, channel % lanes);
  }

  private void block(int b, long codes, long tails, long column) {
    PackedWeights.Block block = blocks[b];
    int at = blocksAt + b * Context.Block.BYTES;
    table.putLong(at + Context.Block.CODES, codes + block.offset());
    table.putLong(at + Context.Block.STRIDE, (long) block.width() * block.wordBytes());
    table.putLong(at + Context.Block.COLUMN, column);
    table.putLong(at + Context.Block.COLUMNS, columns(block));
    int group = (int) ((long) block.firstChannel() * spec.groups() / weights.channels());
    table.putLong(at + Context.Block.INPUT, (long) group * (spec.input().channels() / spec.groups()));
    table.putLong(at + Context.Block.HALF_STEP, block.group().halfStep() && block.width() > 0 ? 1 : 0);
    table.putLong(at + Context.Block.WIDTH, block.width());
    table.putLong(at + Context.Block.WORD, block.wordBytes());
    table.putLong(at + Context.Block.TAILS, block.tails().count());
    table.putLong(at + Context.Block.TAIL_INPUTS, tails + block.tails().inputsAt());
    table.putLong(at + Context.Block.TAIL_WORDS, tails + block.tails().wordsAt());
    table.putLong(at + Context.Block.TAIL_STRIDE, (long) block.tails().planes() * block.wordBytes());
    table.putLong(at + Context.Block.TAIL_WIDTH, block.tails().planes());
    table.putBytes(at + Context.Block.OWN, products.own(block));
  }

  private void places(int b, int column, int at) {
    for (int i = 0; i < count(blocks[b], column); i++) {
      int channel = weights.outputChannel(blocks[b].firstChannel() + column * lanes + i);
      table.putInt(at + i * Integer.BYTES, channel);
    }
  }

  private void column(int b, int column, int at, long places) {
    int first = blocks[b].firstChannel() + column * lanes;
    int count = count(blocks[b], column);
    table.putLong(at + Column.OUTPUT, places == 0 ? weights.outputChannel(first) : 0);
    table.putLong(at + Column.COUNT, count);
    table.putLong(at + Column.PLACES, places);
    table.putLong(at + Column.PANEL, panelPlace(column * lanes));
    for (int i = 0; i < count; i++) {
      table.putInt(at + Column.START + i * Integer.BYTES, products.start(levelSums[first + i]));
      table.putFloat(at + Column.multiplier(lanes) + i * Float.BYTES, requantization.multiplier()[first + i]);
      table.putFloat(at + Column.offset(lanes) + i * Float.BYTES, requantization.offset()[first + i]);
    }
  }
}
