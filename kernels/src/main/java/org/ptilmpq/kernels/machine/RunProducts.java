package org.ptilmpq.kernels.machine;

import java.util.List;
import java.util.function.IntConsumer;
import org.ptilmpq.kernels.machine.Context.Column;
import org.ptilmpq.kernels.machine.Segments.Runs;
import org.ptilmpq.kernels.machine.code.Label;
import org.ptilmpq.kernels.machine.code.X64Vector;

/**
 * Products for AVX2: {@code vpmaddubsw} adds the products of two unsigned inputs with two signed levels in 16 bits,
 * exact as long as Σ|level| · 255 ≤ 2¹⁵ − 1, so Σ|level| ≤ 128 (the accumulator bound of A2Q, arXiv 2301.13376). As
 * many steps as keep that bound in each 16-bit lane, measured on the levels themselves ({@link #emitRuns}), are a
 * <i>run</i>. So fewer bits save time here:
 *
 * <ul>
 *   <li>sums of long runs stay in 16 bits, and go to those of 32 bits, in the frame, when a run ends;
 *   <li>of short ones each step's go to 32 bits in registers;
 *   <li>where not even a pair of levels keeps the bound, inputs and levels become 16 bits each ({@code vpmaddwd}), the
 *       even and the odd ones apart. High parts of levels are always multiplied so.
 * </ul>
 */
final class RunProducts extends X64Products {

  /** The largest Σ|level| of a run: 128 · 255 ≤ 2¹⁵ − 1. */
  private static final int MOST = 128;

  /** Steps from which a run is long: it then takes fewer instructions to go through the frame at its end. */
  private static final int LONG_RUN = 4;

  private static final int PIXELS = 14;
  private static final int LEVELS = 14;
  private static final int PRODUCT = 15;

  /** Where the frame has 16-bit constants: 1, and the lower byte's bits; and levels of a step as 16 bits. */
  private static final int ONES = Frame.BYTES + 64;

  private static final int LOWER_BYTE = Frame.BYTES + 96;
  private static final int EVEN = Frame.BYTES + 128;
  private static final int ODD = Frame.BYTES + 160;

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
  List<Integer> runKinds() {
    return List.of(LONG_RUN, 1, 0);
  }

  // ---- tiles

  @Override
  void emitTile(ConvolutionShape shape, ConvolutionCode.Traits traits, int[] pixels) {
    if (traits.haveHighs() || traits.runs().getLast() < LONG_RUN) {
      keep(ONES, 0x0001_0001_0001_0001L);
      keep(LOWER_BYTE, 0x00FF_00FF_00FF_00FFL);
    }
    for (int p = 0; p < pixels.length; p++) {
      emitter.loadLanes(p, COLUMN, Column.START);
    }
    if (traits.haveHighs()) {
      emitHighs(pixels);
    }
    Runs.emitChoice(emitter, traits.runs(), kind -> emitProducts(kind, shape, pixels));
  }

  private void keep(int at, long words) {
    emitter.moveImmediate(6, words);
    for (int i = 0; i < emitter.vectorBytes(); i += Long.BYTES) {
      emitter.store(6, Frame.REGISTER, at + i);
    }
  }

  private void emitProducts(int kind, ConvolutionShape shape, int[] pixels) {
    switch (kind) {
      case LONG_RUN -> {
        for (int p = 0; p < pixels.length; p++) {
          storeSums(p);
        }
        // The number of steps of a run is a power of two, except for the last run of a segment.
        int round = shape.steps() % 2 == 0 ? 2 : 1;
        Segments.emit(this, shape, () -> Runs.emitSegment(emitter, shape.steps(), () -> emitRun(pixels, round)));
        for (int p = 0; p < pixels.length; p++) {
          emitter.loadLanes(p, Frame.REGISTER, sums(p));
        }
      }
      case 1 -> emitSteps(shape, step -> shortRun(pixels, step));
      default ->
          emitSteps(
              shape,
              step -> {
                levelsToWords(step);
                multiplyWords(pixels, step);
              });
    }
  }

  private void emitSteps(ConvolutionShape shape, IntConsumer step) {
    Segments.emit(this, shape, () -> Segments.emitSteps(this, shape.steps(), step));
  }

  private void emitRun(int[] pixels, int round) {
    Label steps = new Label();
    for (int p = 0; p < pixels.length; p++) {
      emitter.clear(p);
    }
    if (round == 2) {
      emitter.shiftRight(Runs.IN_RUN, 1);
    }
    emitter.bind(steps);
    for (int step = 0; step < round; step++) {
      emitter.loadLanes(LEVELS, Segments.PANEL, step * stepBytes());
      for (int p = 0; p < pixels.length; p++) {
        loadInputs(PRODUCT, pixels[p], step);
        emitter.registers(X64Vector.VPMADDUBSW, PRODUCT, PRODUCT, LEVELS);
        emitter.registers(X64Vector.VPADDW, p, p, PRODUCT);
      }
    }
    emitter.addImmediate(Segments.INPUT, round * stepInputs());
    emitter.addImmediate(Segments.PANEL, round * stepBytes());
    emitter.countDown(Runs.IN_RUN, steps);
    spill(pixels);
  }

  private void loadInputs(int to, int pixel, int step) {
    emitter.memory(X64Vector.VPBROADCASTD, to, 0, Segments.INPUT, pixel + step * stepInputs());
  }

  /** Adds the sums of 16 bits, two per channel, to those of 32. */
  private void spill(int[] pixels) {
    emitter.registers(X64Vector.VPCMPEQB, LEVELS, LEVELS, LEVELS);
    emitter.assembler.vpsrlw(emitter.length, LEVELS, LEVELS, 15);
    for (int p = 0; p < pixels.length; p++) {
      emitter.registers(X64Vector.VPMADDWD, p, p, LEVELS);
      emitter.memory(X64Vector.VPADDD, p, p, Frame.REGISTER, sums(p));
      storeSums(p);
    }
  }

  private static int sums(int pixel) {
    return Frame.SUMS + pixel * 32;
  }

  private void storeSums(int pixel) {
    emitter.storeLanes(pixel, Frame.REGISTER, sums(pixel));
  }

  private void shortRun(int[] pixels, int step) {
    emitter.loadLanes(LEVELS, Segments.PANEL, step * stepBytes());
    for (int p = 0; p < pixels.length; p++) {
      loadInputs(PRODUCT, pixels[p], step);
      emitter.registers(X64Vector.VPMADDUBSW, PRODUCT, PRODUCT, LEVELS);
      emitter.memory(X64Vector.VPMADDWD, PRODUCT, PRODUCT, Frame.REGISTER, ONES);
      emitter.registers(X64Vector.VPADDD, p, p, PRODUCT);
    }
  }

  private void levelsToWords(int step) {
    emitter.loadLanes(LEVELS, Segments.PANEL, step * stepBytes());
    emitter.assembler.vpsraw(emitter.length, PRODUCT, LEVELS, Byte.SIZE);
    emitter.storeLanes(PRODUCT, Frame.REGISTER, ODD);
    emitter.assembler.vpsllw(emitter.length, LEVELS, LEVELS, Byte.SIZE);
    emitter.assembler.vpsraw(emitter.length, LEVELS, LEVELS, Byte.SIZE);
    emitter.storeLanes(LEVELS, Frame.REGISTER, EVEN);
  }

  private void multiplyWords(int[] pixels, int step) {
    for (int p = 0; p < pixels.length; p++) {
      loadInputs(PRODUCT, pixels[p], step);
      emitter.assembler.vpsrlw(emitter.length, LEVELS, PRODUCT, Byte.SIZE);
      emitter.memory(X64Vector.VPAND, PRODUCT, PRODUCT, Frame.REGISTER, LOWER_BYTE);
      emitter.memory(X64Vector.VPMADDWD, LEVELS, LEVELS, Frame.REGISTER, ODD);
      emitter.memory(X64Vector.VPMADDWD, PRODUCT, PRODUCT, Frame.REGISTER, EVEN);
      emitter.registers(X64Vector.VPADDD, p, p, LEVELS);
      emitter.registers(X64Vector.VPADDD, p, p, PRODUCT);
    }
  }

  /** Emits the few steps that have high parts of levels, which count 256 each, as the upper bytes of words do. */
  private void emitHighs(int[] pixels) {
    Label none = new Label();
    Label loop = new Label();
    emitter.load(9, COLUMN, Column.HIGHS);
    emitter.jumpIfZero(9, none);
    emitter.load(Segments.PANEL, COLUMN, Column.HIGH_PANEL);
    emitter.load(8, COLUMN, Column.HIGH_INPUTS);
    emitter.bind(loop);
    emitter.loadInt(Segments.INPUT, 8, 0);
    emitter.add(Segments.INPUT, INPUT);
    emitter.loadLanes(LEVELS, Segments.PANEL, 0);
    emitter.assembler.vpsllw(emitter.length, PRODUCT, LEVELS, Byte.SIZE);
    emitter.storeLanes(PRODUCT, Frame.REGISTER, EVEN);
    emitter.assembler.vpsrlw(emitter.length, LEVELS, LEVELS, Byte.SIZE);
    emitter.assembler.vpsllw(emitter.length, LEVELS, LEVELS, Byte.SIZE);
    emitter.storeLanes(LEVELS, Frame.REGISTER, ODD);
    multiplyWords(pixels, 0);
    emitter.addImmediate(Segments.PANEL, stepBytes());
    emitter.addImmediate(8, Integer.BYTES);
    emitter.countDown(9, loop);
    emitter.bind(none);
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
