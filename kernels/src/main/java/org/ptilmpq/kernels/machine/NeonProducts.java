package org.ptilmpq.kernels.machine;

import java.util.List;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.machine.Context.Column;
import org.ptilmpq.kernels.machine.Segments.Runs;
import org.ptilmpq.kernels.machine.code.A64Memory;
import org.ptilmpq.kernels.machine.code.A64Memory.Pair;
import org.ptilmpq.kernels.machine.code.A64Vector;
import org.ptilmpq.kernels.machine.code.A64Vector.Lanes;
import org.ptilmpq.kernels.machine.code.Label;

/**
 * Products for AArch64 without dot products: {@code smlal} adds the products of eight neighbouring inputs of a pixel
 * with a channel's eight levels to eight sums of 16 bits, eight products per instruction; after a <i>run</i> of steps
 * {@code sadalp} adds pairs of them to sums of 32 bits. A run is exact as long as in each 16-bit lane Σ|level| · 128 ≤
 * 2¹⁵ − 1, so Σ|level| ≤ 255 (the accumulator bound of A2Q, arXiv 2301.13376), which {@link #emitRuns} measures on the
 * levels themselves. Runs of a step or two have code of their own, a {@code sadalp} after each step. Where not even a
 * step of two products per lane keeps the bound, sums are added after each product.
 *
 * <p>The sums of a pixel and a channel are lanes, so a tile is done for four channels at a time, whose sums go to the
 * frame.
 */
final class NeonProducts extends A64Products {

  private static final int PIXELS = 3;

  /** Channels that are done at a time, a quarter of a column. */
  private static final int CHANNELS = 4;

  /** Channels of a column, and of the panel that lie together. */
  private static final int COLUMN_CHANNELS = 16;

  private static final int QUARTERS = COLUMN_CHANNELS / CHANNELS;

  /** Inputs of a channel that one vector has, half a step. */
  private static final int HALF = 8;

  /** Bytes of a quarter of a column in a step. */
  private static final int QUARTER_BYTES = 2 * HALF * CHANNELS;

  /** Quarters that are left, and where the sums of this one go. */
  private static final int QUARTERS_LEFT = 13;

  private static final int SUMS = 14;

  /** Vectors: inputs of each pixel, levels of each channel; sums of 16 and of 32 bits are before them. */
  private static final int INPUT_VECTORS = 2 * PIXELS * CHANNELS;

  private static final int LEVEL_VECTORS = INPUT_VECTORS + PIXELS;

  /** In unpacking, the first of eight vectors with the lower halves of sixteen channels' inputs. */
  private static final int LOWER = 16;

  /**
   * Runs of at least this many steps keep their sums of 16 bits from step to step. For shorter ones it costs less to
   * load both halves of a step at once, for which the kept sums leave no registers.
   */
  private static final int LONG_RUN = 3;

  /** Steps up to which a segment of short runs is written out rather than made a loop. */
  private static final int UNROLLED = 6;

  NeonProducts() {
    super(Segments.INPUT, 15, 17);
  }

  @Override
  int stepInputs() {
    return 2 * HALF;
  }

  @Override
  List<Integer> runKinds() {
    return List.of(LONG_RUN, 1, 0);
  }

  // ---- tiles

  @Override
  void emitTile(ConvolutionShape shape, ConvolutionCode.Traits traits, int[] pixels) {
    int count = pixels.length;
    Label quarter = new Label();
    emitter.moveImmediate(QUARTERS_LEFT, QUARTERS);
    a.addImmediate(SUMS, Frame.REGISTER, Frame.SUMS);
    emitter.bind(quarter);
    for (int i = 0; i < count * CHANNELS; i++) {
      emitter.clear(wide(i));
    }
    if (traits.haveHighs()) {
      emitHighs(pixels);
    }
    Runs.emitChoice(
        emitter,
        traits.runs(),
        kind -> Segments.emit(this, shape, () -> emitSegment(kind, shape.steps(), pixels)));
    for (int p = 0; p < count; p++) {
      emitSum(p);
    }
    emitter.addImmediate(SUMS, emitter.vectorBytes());
    emitter.addImmediate(PANEL, QUARTER_BYTES);
    emitter.countDown(QUARTERS_LEFT, quarter);
    emitter.addImmediate(PANEL, -QUARTERS * QUARTER_BYTES);
    for (int v = 0; v < count * NeonEmitter.COLUMN; v++) {
      emitter.loadLanes(v, Frame.REGISTER, Frame.SUMS + v * emitter.vectorBytes());
    }
  }

  /** The vector with the sums of 16 bits of a pixel and a channel; the one with those of 32 bits is {@link #wide}. */
  private static int narrow(int pixel, int channel) {
    return pixel * CHANNELS + channel;
  }

  private static int wide(int narrow) {
    return PIXELS * CHANNELS + narrow;
  }

  private void emitSegment(int kind, int steps, int[] pixels) {
    emitPlaces(pixels);
    switch (kind) {
      case LONG_RUN -> Runs.emitSegment(emitter, steps, () -> emitRun(pixels));
      case 1 -> emitShortRuns(steps, pixels);
      default -> {
        Label step = new Label();
        emitter.moveImmediate(Segments.STEPS, steps);
        emitter.bind(step);
        emitHalves(pixels);
        emitter.countDown(Segments.STEPS, step);
      }
    }
  }

  private void emitRun(int[] pixels) {
    Label step = new Label();
    Label done = new Label();
    emitStep(pixels, A64Vector.SMULL);
    emitter.addImmediate(Runs.IN_RUN, -1);
    emitter.jumpIfZero(Runs.IN_RUN, done);
    emitter.bind(step);
    emitStep(pixels, A64Vector.SMLAL);
    emitter.countDown(Runs.IN_RUN, step);
    emitter.bind(done);
    widen(pixels);
  }

  /**
   * Emits runs of one step each, whose sums of 16 bits needn't stay: inputs and levels of both halves are loaded
   * together. Few steps are written out.
   */
  private void emitShortRuns(int steps, int[] pixels) {
    Label loop = new Label();
    int round = steps <= UNROLLED ? steps : 1;
    if (steps > round) {
      emitter.moveImmediate(Segments.STEPS, steps);
    }
    emitter.bind(loop);
    for (int step = 0; step < round; step++) {
      emitShortRun(step, pixels);
    }
    advance(pixels, round);
    if (steps > round) {
      emitter.countDown(Segments.STEPS, loop);
    }
  }

  private void emitShortRun(int step, int[] pixels) {
    for (int p = 0; p < pixels.length; p++) {
      a.memory(A64Memory.LDR_Q, INPUT_VECTORS + p, inputs[p], step * stepInputs());
    }
    for (int c = 0; c < CHANNELS; c++) {
      a.memory(A64Memory.LDR_Q, LEVEL_VECTORS + c, Segments.PANEL, step * stepBytes() + c * stepInputs());
    }
    multiply(pixels, A64Vector.SMULL, Lanes.B8);
    multiply(pixels, A64Vector.SMLAL, Lanes.B16);
    widen(pixels);
  }

  /** Emits a step whose halves are runs of their own, which fit whatever the levels are: 128 · 128 ≤ 2¹⁵ − 1. */
  private void emitHalves(int[] pixels) {
    for (int half = 0; half < 2; half++) {
      emitHalf(pixels, half, A64Vector.SMULL);
      widen(pixels);
    }
    advance(pixels, 1);
  }

  /** @param first the instruction for the first half of the step */
  private void emitStep(int[] pixels, A64Vector first) {
    emitHalf(pixels, 0, first);
    emitHalf(pixels, 1, A64Vector.SMLAL);
    advance(pixels, 1);
  }

  private void advance(int[] pixels, int steps) {
    emitter.addImmediate(Segments.PANEL, steps * stepBytes());
    for (int p = 0; p < pixels.length; p++) {
      a.addImmediate(inputs[p], inputs[p], steps * stepInputs());
    }
  }

  /**
   * Loads are of 64 bits and leave their addresses unchanged: beside such ones a Cortex-A53 begins a multiplication in
   * the same cycle, after wider ones only two cycles later.
   */
  private void emitHalf(int[] pixels, int half, A64Vector instruction) {
    for (int p = 0; p < pixels.length; p++) {
      a.memory(A64Memory.LDR_D, INPUT_VECTORS + p, inputs[p], half * HALF);
    }
    for (int c = 0; c < CHANNELS; c++) {
      a.memory(A64Memory.LDR_D, LEVEL_VECTORS + c, Segments.PANEL, (2 * c + half) * HALF);
    }
    multiply(pixels, instruction, Lanes.B8);
  }

  private void multiply(int[] pixels, A64Vector instruction, Lanes lanes) {
    for (int c = 0; c < CHANNELS; c++) {
      for (int p = 0; p < pixels.length; p++) {
        a.vector(instruction, lanes, narrow(p, c), LEVEL_VECTORS + c, INPUT_VECTORS + p);
      }
    }
  }

  private void widen(int[] pixels) {
    for (int i = 0; i < pixels.length * CHANNELS; i++) {
      a.vector(A64Vector.SADALP, Lanes.H8, wide(i), i);
    }
  }

  /** Stores the sums of a pixel's four channels in the frame. */
  private void emitSum(int pixel) {
    int first = wide(narrow(pixel, 0));
    addPairs(first, first, first + 1);
    addPairs(first + 2, first + 2, first + 3);
    addPairs(first, first, first + 2);
    emitter.storeLanes(first, SUMS, pixel * COLUMN_CHANNELS * Integer.BYTES);
  }

  private void addPairs(int to, int first, int second) {
    a.vector(A64Vector.ADDP, Lanes.S4, to, first, second);
  }

  /** Emits high parts, which come first: their sums are shifted before the low parts are added. */
  private void emitHighs(int[] pixels) {
    Label none = new Label();
    Label loop = new Label();
    emitter.load(9, COLUMN, Column.HIGHS);
    emitter.jumpIfZero(9, none);
    emitter.load(Segments.PANEL, COLUMN, Column.HIGH_PANEL);
    emitter.addImmediate(Segments.PANEL, QUARTERS * QUARTER_BYTES);
    emitter.multiply(8, QUARTERS_LEFT, QUARTER_BYTES);
    emitter.subtract(Segments.PANEL, 8);
    emitter.load(8, COLUMN, Column.HIGH_INPUTS);
    emitter.bind(loop);
    emitter.loadInt(Segments.INPUT, 8, 0);
    emitter.add(Segments.INPUT, INPUT);
    emitPlaces(pixels);
    emitHalves(pixels);
    emitter.addImmediate(8, Integer.BYTES);
    emitter.countDown(9, loop);
    for (int i = 0; i < pixels.length * CHANNELS; i++) {
      a.shl(Lanes.S4, wide(i), wide(i), Byte.SIZE);
    }
    emitter.bind(none);
  }

  @Override
  void emitLimit() {
    for (int i = 0; i < 2 * QUARTERS * PIXELS * CHANNELS; i++) {
      a.vector(A64Vector.SMLAL, Lanes.B8, i % (PIXELS * CHANNELS), LEVEL_VECTORS, INPUT_VECTORS);
    }
  }

  // ---- runs

  @Override
  void emitRuns(ConvolutionShape shape) {
    Runs.emitFunction(emitter, shape, () -> emitExcess(shape));
  }

  /** Sums of magnitudes are in the vectors of their channels; those above 255 have a bit above a byte. */
  private void emitExcess(ConvolutionShape shape) {
    int largest = COLUMN_CHANNELS;
    int zero = COLUMN_CHANNELS + 1;
    emitter.clear(largest);
    emitter.clear(zero);
    Segments.emit(
        this, shape, () -> Runs.emitSegment(emitter, shape.steps(), () -> emitMeasuredRun(largest, zero)));
    a.ushr(Lanes.H8, largest, largest, Byte.SIZE);
    a.vector(A64Vector.UMAXV, Lanes.H8, largest, largest);
    a.umov(Lanes.H8, 6, largest, 0);
  }

  private void emitMeasuredRun(int largest, int zero) {
    int levels = COLUMN_CHANNELS + 2;
    Label step = new Label();
    for (int channel = 0; channel < COLUMN_CHANNELS; channel++) {
      emitter.clear(channel);
    }
    emitter.bind(step);
    for (int at = 0; at < stepBytes(); at += emitter.vectorBytes()) {
      int channel = at / stepInputs();
      emitter.loadVector(levels, Segments.PANEL, at);
      a.vector(A64Vector.SABAL, Lanes.B8, channel, levels, zero);
      a.vector(A64Vector.SABAL, Lanes.B16, channel, levels, zero);
    }
    emitter.addImmediate(Segments.PANEL, stepBytes());
    emitter.countDown(Runs.IN_RUN, step);
    for (int channel = 0; channel < COLUMN_CHANNELS; channel++) {
      a.vector(A64Vector.UMAX, Lanes.H8, largest, largest, channel);
    }
  }

  // ---- levels

  /**
   * Writes sixteen rows, whose bytes are transposed eight by eight; then the halves of each channel are put together.
   */
  @Override
  void writeStep() {
    int from = NeonUnpacking.FREE_1;
    int to = NeonUnpacking.FREE_2;
    int left = NeonUnpacking.FREE_3;
    Label sixteen = new Label();
    a.addImmediate(from, Frame.REGISTER, NeonUnpacking.ROWS);
    emitter.move(to, NeonUnpacking.PANEL);
    emitter.moveImmediate(left, PackedWeights.BLOCK / COLUMN_CHANNELS);
    emitter.bind(sixteen);
    for (int half = 0; half < 2; half++) {
      for (int row = 0; row < HALF; row++) {
        int reversed = Integer.reverse(row) >>> Integer.SIZE - 3;
        emitter.loadVector(reversed, from, (half * HALF + row) * NeonUnpacking.ROW_BYTES);
      }
      interleave(Lanes.B16, 0, 8);
      interleave(Lanes.H8, 8, 0);
      interleave(Lanes.S4, 0, half == 0 ? LOWER : 8);
    }
    for (int v = 0; v < HALF; v++) {
      a.vector(A64Vector.ZIP1, Lanes.D2, 0, LOWER + v, 8 + v);
      a.vector(A64Vector.ZIP2, Lanes.D2, 1, LOWER + v, 8 + v);
      a.pair(Pair.STP_Q, 0, 1, to, 2 * v * stepInputs());
    }
    emitter.addImmediate(from, COLUMN_CHANNELS);
    emitter.load(NeonUnpacking.FREE_4, NeonUnpacking.CONTEXT, Context.PANEL_16);
    emitter.add(to, NeonUnpacking.FREE_4);
    emitter.countDown(left, sixteen);
    emitter.addImmediate(NeonUnpacking.PANEL, stepBytes());
  }

  /**
   * One of three rounds on eight vectors, which brings together the bytes of the vectors v and v + 4. The bits of a
   * vector's number come in from the lowest one, so the rows' are reversed; in the end the vector v has the eight bytes
   * of the channel 2 · v, and those of the next one.
   */
  private void interleave(Lanes lanes, int from, int to) {
    for (int v = 0; v < HALF / 2; v++) {
      a.vector(A64Vector.ZIP1, lanes, to + 2 * v, from + v, from + v + HALF / 2);
      a.vector(A64Vector.ZIP2, lanes, to + 2 * v + 1, from + v, from + v + HALF / 2);
    }
  }
}
