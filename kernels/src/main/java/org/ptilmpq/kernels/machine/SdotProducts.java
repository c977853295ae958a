package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.machine.Context.Column;
import org.ptilmpq.kernels.machine.code.A64Memory;
import org.ptilmpq.kernels.machine.code.A64Memory.Pair;
import org.ptilmpq.kernels.machine.code.A64Vector.Lanes;
import org.ptilmpq.kernels.machine.code.Label;

/**
 * Dot products of AArch64: {@code sdot} by element adds the products of four neighbouring inputs of a pixel, a quarter
 * of a vector, with four levels of each of four channels to their 32-bit sums, exact in any order. One load has sixteen
 * inputs of a pixel, which are four steps.
 */
final class SdotProducts extends A64Products {

  /** Steps whose inputs one load has. */
  private static final int QUAD = 4;

  private static final int VECTORS = 32;

  /** The steps that have high parts: how many are left, and where the places of their inputs are. */
  private static final int HIGHS = Segments.STEPS;

  private static final int HIGH_INPUTS = 8;

  SdotProducts() {
    super(Segments.INPUT, 11, 12, 13, 14, 15);
  }

  @Override
  int stepInputs() {
    return 4;
  }

  // ---- tiles

  @Override
  void emitTile(ConvolutionShape shape, ConvolutionCode.Traits traits, int[] pixels) {
    Label low = new Label();
    if (traits.haveHighs()) {
      emitHighs(pixels, low);
    }
    clear(pixels);
    emitter.bind(low);
    Segments.emit(this, shape, () -> emitSegment(shape.steps(), pixels));
  }

  /** The first vector of a pixel's sums. */
  private static int sums(int pixel) {
    return pixel * NeonEmitter.COLUMN;
  }

  private void clear(int[] pixels) {
    for (int v = 0; v < sums(pixels.length); v++) {
      emitter.clear(v);
    }
  }

  /** Emits high parts, which come first: their sums are shifted before the low parts are added. */
  private void emitHighs(int[] pixels, Label low) {
    Label none = new Label();
    Label loop = new Label();
    emitter.load(HIGHS, COLUMN, Column.HIGHS);
    emitter.jumpIfZero(HIGHS, none);
    clear(pixels);
    emitter.load(Segments.PANEL, COLUMN, Column.HIGH_PANEL);
    emitter.load(HIGH_INPUTS, COLUMN, Column.HIGH_INPUTS);
    emitter.bind(loop);
    emitter.loadInt(Segments.INPUT, HIGH_INPUTS, 0);
    emitter.add(Segments.INPUT, INPUT);
    emitPlaces(pixels);
    emitSteps(pixels, 1);
    emitter.addImmediate(HIGH_INPUTS, Integer.BYTES);
    emitter.countDown(HIGHS, loop);
    for (int v = 0; v < sums(pixels.length); v++) {
      a.shl(Lanes.S4, v, v, Byte.SIZE);
    }
    emitter.jump(low);
    emitter.bind(none);
  }

  private void emitSegment(int steps, int[] pixels) {
    int quads = steps / QUAD;
    emitPlaces(pixels);
    if (quads > 0) {
      Label loop = new Label();
      emitter.moveImmediate(Segments.STEPS, quads);
      emitter.bind(loop);
      emitSteps(pixels, QUAD);
      emitter.countDown(Segments.STEPS, loop);
    }
    if (steps % QUAD > 0) {
      emitSteps(pixels, steps % QUAD);
    }
  }

  /**
   * Emits up to four steps. Levels of half a column are a pair of vectors; as many pairs as there is room for are
   * loaded ahead, since an in-order processor would wait for them.
   */
  private void emitSteps(int[] pixels, int steps) {
    int first = sums(pixels.length);
    int levels = first + pixels.length;
    int pairs = Math.min((VECTORS - levels) / 2, 2 * steps);
    int ahead = pairs - 1;
    for (int p = 0; p < pixels.length; p++) {
      // The first place goes on by what was read, the others only along with whole loads.
      a.memoryPost(A64Memory.LDR_Q, first + p, inputs[p], steps * stepInputs());
    }
    for (int pair = 0; pair < ahead; pair++) {
      emitLoad(levels, pair, pairs);
    }
    for (int pair = 0; pair < 2 * steps; pair++) {
      if (pair + ahead < 2 * steps) {
        emitLoad(levels, pair + ahead, pairs);
      }
      for (int p = 0; p < pixels.length; p++) {
        for (int v = 0; v < 2; v++) {
          a.sdot(sums(p) + pair % 2 * 2 + v, levels + pair % pairs * 2 + v, first + p, pair / 2);
        }
      }
    }
    emitter.addImmediate(Segments.PANEL, steps * stepBytes());
  }

  private void emitLoad(int levels, int pair, int pairs) {
    int to = levels + pair % pairs * 2;
    a.pair(Pair.LDP_Q, to, to + 1, Segments.PANEL, pair * 32);
  }

  @Override
  void emitLimit() {
    for (int v = 0; v < sums(mostPixels()); v++) {
      a.sdot(v, VECTORS - 1, sums(mostPixels()), 0);
    }
  }

  // ---- levels

  /** Writes four rows; {@code st4} writes the four inputs of a channel next to each other. */
  @Override
  void writeStep() {
    emitter.load(NeonUnpacking.FREE_1, NeonUnpacking.CONTEXT, Context.PANEL_16);
    emitter.move(NeonUnpacking.FREE_2, NeonUnpacking.PANEL);
    for (int sixteen = 0; sixteen < PackedWeights.BLOCK; sixteen += emitter.columnLanes()) {
      int first = sixteen / emitter.columnLanes() * 4;
      for (int row = 0; row < stepInputs(); row++) {
        int at = NeonUnpacking.ROWS + row * NeonUnpacking.ROW_BYTES + sixteen;
        emitter.loadVector(first + row, Frame.REGISTER, at);
      }
      a.st4(Lanes.B16, first, NeonUnpacking.FREE_2);
      emitter.add(NeonUnpacking.FREE_2, NeonUnpacking.FREE_1);
    }
    emitter.addImmediate(NeonUnpacking.PANEL, stepBytes());
  }
}
