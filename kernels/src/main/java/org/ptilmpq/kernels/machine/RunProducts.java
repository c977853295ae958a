package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.machine.Context.Column;
import org.ptilmpq.kernels.machine.code.Label;
import org.ptilmpq.kernels.machine.code.X64Vector;

/**
 * Products for AVX2: {@code vpmaddubsw} adds the products of two unsigned inputs with two signed levels in 16 bits,
 * and sums stay there for a <i>run</i> of steps, then go to 32 bits in the frame. A run is exact as long as in each
 * 16-bit lane Σ|level| · 255 ≤ 2¹⁵ − 1, so Σ|level| ≤ 128 (the accumulator bound of A2Q, arXiv 2301.13376): {@link
 * #emitRuns} measures it on the levels themselves. So few bits are time here.
 *
 * <p>Where not even a pair of levels keeps that bound, inputs are taken in halves, x = low + 16 · high, of at most 15
 * each, whose runs hold for any levels: Σ l·x = (Σ l·high << 4) + Σ l·low. High parts of levels are always multiplied
 * so.
 */
final class RunProducts extends X64Products {

  /** The largest Σ|level| of a run: 128 · 255 ≤ 2¹⁵ − 1. */
  private static final int MOST = 128;

  /** Steps of a run with inputs of at most 15: 8 steps · 2 levels · 128 · 15 ≤ 2¹⁵ − 1. */
  private static final int HALF_RUN = 8;

  private static final int PIXELS = 14;
  private static final int LEVELS = 14;
  private static final int PRODUCT = 15;

  /** Where the frame has the mask of a byte's lower half. */
  private static final int LOW_HALF = Frame.BYTES + 64;

  /** What of inputs is multiplied. */
  private enum Part {
    WHOLE,
    HIGH,
    LOW
  }

  RunProducts(X64Emitter emitter, X64Unpacking unpacking) {
    super(emitter, unpacking);
  }

  @Override
  int mostPixels() {
    return PIXELS;
  }

  @Override
  int spare() {
    return LEVELS;
  }

  @Override
  void emitLimit() {
    for (int p = 0; p < PIXELS; p++) {
      emitter.registers(X64Vector.VPMADDUBSW, PRODUCT, LEVELS, LEVELS);
      emitter.registers(X64Vector.VPADDW, p, p, PRODUCT);
    }
  }

  @Override
  boolean hasRuns() {
    return true;
  }

  // ---- tiles

  @Override
  void emitTile(ConvolutionShape shape, ConvolutionCode.Traits traits, int[] pixels) {
    for (int p = 0; p < pixels.length; p++) {
      emitter.loadLanes(0, COLUMN, Column.START);
      storeSums(0, p);
    }
    if (traits.haveHighs() || traits.haveNoRuns()) {
      keepMask();
    }
    if (traits.haveHighs()) {
      emitHighs(pixels);
    }
    Label halves = new Label();
    Label done = new Label();
    emitter.load(Runs.RUN, COLUMN, Column.RUN);
    if (traits.haveNoRuns()) {
      emitter.jumpIfZero(Runs.RUN, halves);
    }
    emitPass(shape, pixels, Part.WHOLE);
    if (traits.haveNoRuns()) {
      emitter.jump(done);
      emitter.bind(halves);
      emitHalves(shape, pixels);
      emitter.bind(done);
    }
    for (int p = 0; p < pixels.length; p++) {
      emitter.loadLanes(p, Frame.REGISTER, sums(p));
    }
  }

  private void keepMask() {
    emitter.moveImmediate(6, 0x0F0F0F0F0F0F0F0FL);
    for (int i = 0; i < emitter.vectorBytes(); i += Long.BYTES) {
      emitter.store(6, Frame.REGISTER, LOW_HALF + i);
    }
  }

  /** Inputs half by half. The sums so far are set aside meanwhile: they would be shifted along. */
  private void emitHalves(ConvolutionShape shape, int[] pixels) {
    setAside(pixels);
    emitter.moveImmediate(Runs.RUN, HALF_RUN);
    emitPass(shape, pixels, Part.HIGH);
    shift(pixels, 4);
    emitter.moveImmediate(Runs.RUN, HALF_RUN);
    emitPass(shape, pixels, Part.LOW);
    bringBack(pixels);
  }

  /** The high parts of levels: few steps, each a run of its own. */
  private void emitHighs(int[] pixels) {
    Label none = new Label();
    emitter.load(9, COLUMN, Column.HIGHS);
    emitter.jumpIfZero(9, none);
    setAside(pixels);
    emitHighPass(pixels, Part.HIGH);
    shift(pixels, 4);
    emitHighPass(pixels, Part.LOW);
    shift(pixels, Byte.SIZE);
    bringBack(pixels);
    emitter.bind(none);
  }

  private void emitHighPass(int[] pixels, Part part) {
    emitter.load(9, COLUMN, Column.HIGHS);
    emitter.load(7, COLUMN, Column.HIGH_PANEL);
    emitter.load(8, COLUMN, Column.HIGH_INPUTS);
    Label loop = new Label();
    emitter.bind(loop);
    emitter.loadInt(6, 8, 0);
    emitter.add(6, INPUT);
    clear(pixels);
    step(pixels, part);
    spill(pixels);
    emitter.addImmediate(7, highBytes());
    emitter.addImmediate(8, Integer.BYTES);
    emitter.countDown(9, loop);
  }

  private void emitPass(ConvolutionShape shape, int[] pixels, Part part) {
    Segments.emit(this, shape, () -> Runs.emitSegment(emitter, shape.steps(), () -> emitRun(pixels, part)));
  }

  private void emitRun(int[] pixels, Part part) {
    Label step = new Label();
    clear(pixels);
    emitter.bind(step);
    step(pixels, part);
    emitter.addImmediate(Segments.INPUT, stepInputs());
    emitter.addImmediate(Segments.PANEL, stepBytes());
    emitter.countDown(Runs.IN_RUN, step);
    spill(pixels);
  }

  private void clear(int[] pixels) {
    for (int p = 0; p < pixels.length; p++) {
      emitter.clear(p);
    }
  }

  private void step(int[] pixels, Part part) {
    emitter.loadLanes(LEVELS, Segments.PANEL, 0);
    for (int p = 0; p < pixels.length; p++) {
      emitter.memory(X64Vector.VPBROADCASTD, PRODUCT, 0, Segments.INPUT, pixels[p]);
      if (part == Part.HIGH) {
        emitter.assembler.vpsrlw(emitter.length, PRODUCT, PRODUCT, 4);
      }
      if (part != Part.WHOLE) {
        emitter.memory(X64Vector.VPAND, PRODUCT, PRODUCT, Frame.REGISTER, LOW_HALF);
      }
      emitter.registers(X64Vector.VPMADDUBSW, PRODUCT, PRODUCT, LEVELS);
      emitter.registers(X64Vector.VPADDW, p, p, PRODUCT);
    }
  }

  /** Sums of 16 bits, two a channel, to those of 32. */
  private void spill(int[] pixels) {
    emitter.registers(X64Vector.VPCMPEQB, LEVELS, LEVELS, LEVELS);
    emitter.assembler.vpsrlw(emitter.length, LEVELS, LEVELS, 15);
    for (int p = 0; p < pixels.length; p++) {
      emitter.registers(X64Vector.VPMADDWD, p, p, LEVELS);
      emitter.memory(X64Vector.VPADDD, p, p, Frame.REGISTER, sums(p));
      storeSums(p, p);
    }
  }

  private static int sums(int pixel) {
    return Frame.SUMS + pixel * 32;
  }

  private void storeSums(int vector, int pixel) {
    emitter.storeLanes(vector, Frame.REGISTER, sums(pixel));
  }

  private static int aside(int pixel) {
    return Frame.SUMS + (PIXELS + pixel) * 32;
  }

  private void setAside(int[] pixels) {
    for (int p = 0; p < pixels.length; p++) {
      emitter.loadLanes(0, Frame.REGISTER, sums(p));
      emitter.storeLanes(0, Frame.REGISTER, aside(p));
      emitter.clear(0);
      storeSums(0, p);
    }
  }

  private void bringBack(int[] pixels) {
    for (int p = 0; p < pixels.length; p++) {
      emitter.loadLanes(0, Frame.REGISTER, sums(p));
      emitter.memory(X64Vector.VPADDD, 0, 0, Frame.REGISTER, aside(p));
      storeSums(0, p);
    }
  }

  private void shift(int[] pixels, int bits) {
    for (int p = 0; p < pixels.length; p++) {
      emitter.loadLanes(0, Frame.REGISTER, sums(p));
      emitter.assembler.vpslld(emitter.length, 0, 0, bits);
      storeSums(0, p);
    }
  }

  // ---- runs

  @Override
  void emitRuns(ConvolutionShape shape) {
    Runs.emitFunction(emitter, shape, () -> emitExcess(shape));
  }

  private void emitExcess(ConvolutionShape shape) {
    int ones = 2;
    int largest = 3;
    int most = 4;
    emitter.registers(X64Vector.VPCMPEQB, ones, ones, ones);
    emitter.registers(X64Vector.VPABSB, ones, 0, ones);
    emitter.moveImmediate(6, MOST);
    emitter.broadcastByte(most, 6);
    emitter.assembler.vpsrlw(emitter.length, most, most, Byte.SIZE);
    emitter.clear(largest);
    Segments.emit(
        this, shape, () -> Runs.emitSegment(emitter, shape.steps(), () -> emitMeasuredRun(ones, largest)));
    emitter.registers(X64Vector.VPCMPGTW, largest, largest, most);
    emitter.assembler.vector(X64Vector.VPMOVMSKB, emitter.length, X64Emitter.machine(6), 0, largest);
  }

  private void emitMeasuredRun(int ones, int largest) {
    int sum = 0;
    int magnitudes = 1;
    Label step = new Label();
    emitter.clear(sum);
    emitter.bind(step);
    emitter.memory(X64Vector.VPABSB, magnitudes, 0, Segments.PANEL, 0);
    emitter.registers(X64Vector.VPMADDUBSW, magnitudes, magnitudes, ones);
    emitter.registers(X64Vector.VPADDW, sum, sum, magnitudes);
    emitter.addImmediate(Segments.PANEL, stepBytes());
    emitter.countDown(Runs.IN_RUN, step);
    emitter.registers(X64Vector.VPMAXSW, largest, largest, sum);
  }
}
