package org.ptilmpq.kernels.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.arithmetic.Requantization;
import org.ptilmpq.kernels.machine.Context.Column;

/**
 * The tables of a depthwise convolution's weights that its code reads: columns in the order of the output's channels,
 * and for each the levels of its windows as factors, unpacked for good: they are few.
 */
final class DepthwiseTables {

  private final KernelSpec.Convolution spec;
  private final Emitter e;
  private final PackedWeights weights;
  private final int lanes;

  /** Levels by output channel. */
  private final int[][] levels;

  /** The packed position of each output channel. */
  private final int[] positions;

  private final Requantization requantization;

  /** @param levelSums of each packed channel */
  DepthwiseTables(KernelSpec.Convolution spec, int[] levelSums, Emitter e) {
    this.spec = spec;
    this.e = e;
    weights = spec.weights();
    lanes = e.columnLanes();
    requantization = Requantization.of(spec, levelSums);
    levels = new int[weights.channels()][weights.inputs()];
    positions = new int[weights.channels()];
    for (PackedWeights.Block block : weights.blocks()) {
      for (int j = 0; j < block.channels(); j++) {
        int channel = weights.outputChannel(block.firstChannel() + j);
        positions[channel] = block.firstChannel() + j;
        weights.unpack(block, j, levels[channel]);
      }
    }
  }

  /** Bytes at most, known from shapes alone. */
  static long bytes(KernelSpec.Convolution spec, Emitter e) {
    long columns = Math.ceilDiv(spec.output().channels(), e.columnLanes());
    long factors = (long) spec.window().taps() * e.columnLanes() * e.factorBytes();
    return Context.BYTES
        + columns * (Column.bytes(e.columnLanes()) + factors + 2 * 64 + e.columnLanes() * Integer.BYTES)
        + Frame.SLACK;
  }

  private int columns() {
    return Math.ceilDiv(weights.channels(), lanes);
  }

  private int count(int column) {
    return Math.min(lanes, weights.channels() - column * lanes);
  }

  /** The properties that decide the code. */
  ConvolutionCode.Traits traits() {
    List<Integer> counts = new ArrayList<>();
    if (!spec.floatScores()) {
      if (columns() > 1) {
        counts.add(lanes);
      }
      if (!counts.contains(count(columns() - 1))) {
        counts.add(count(columns() - 1));
      }
    }
    return new ConvolutionCode.Traits(
        false, List.of(), ResultTable.mayExceedInts(requantization), spec.floatScores(), List.copyOf(counts));
  }

  /** Writes the tables to native memory, which begins with the {@link Context}. */
  MemorySegment write(Arena arena) {
    NativeTable table = new NativeTable();
    table.reserve(Context.BYTES);
    int columnsAt = table.reserve((long) columns() * Column.bytes(lanes));
    int[] factors = new int[columns()];
    int[] places = new int[columns()];
    for (int c = 0; c < columns(); c++) {
      factors[c] = table.reserve((long) spec.window().taps() * lanes * e.factorBytes());
      places[c] = spec.floatScores() ? table.reserve((long) lanes * Integer.BYTES) : -1;
    }
    MemorySegment memory = table.allocate(arena);
    long base = memory.address();
    table.putLong(Context.BLOCKS, base + columnsAt);
    table.putLong(Context.SEGMENTS, columns());
    table.putInt(Context.FILL, spec.input().zeroPoint());
    ResultTable.write(table, spec, requantization, e);
    for (int c = 0; c < columns(); c++) {
      int at = columnsAt + c * Column.bytes(lanes);
      table.putLong(at + Column.OUTPUT, places[c] < 0 ? (long) c * lanes : 0);
      table.putLong(at + Column.COUNT, count(c));
      table.putLong(at + Column.PLACES, places[c] < 0 ? 0 : base + places[c]);
      table.putLong(at + Column.FACTORS, base + factors[c]);
      for (int i = 0; i < count(c); i++) {
        channel(table, at, factors[c], places[c], c * lanes + i, i);
      }
    }
    return table.copyTo(memory);
  }

  private void channel(NativeTable table, int record, int factors, int places, int channel, int lane) {
    int position = positions[channel];
    table.putFloat(record + Column.multiplier(lanes) + lane * Float.BYTES, requantization.multiplier()[position]);
    table.putFloat(record + Column.offset(lanes) + lane * Float.BYTES, requantization.offset()[position]);
    for (int tap = 0; tap < levels[channel].length; tap++) {
      table.putShort(factors + (tap * lanes + lane) * e.factorBytes(), levels[channel][tap]);
    }
    if (places >= 0) {
      table.putInt(places + lane * Integer.BYTES, channel);
    }
  }
}
