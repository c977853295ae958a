package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.arithmetic.PoolingWindow.WindowMean;
import org.ptilmpq.kernels.machine.code.Label;

/**
 * The functions of poolings, for a strip of output rows: for each output pixel, for some channels at a time, all taps
 * of the window. Outside the input lies what doesn't change the result: the least byte for a maximum; for a mean the
 * zero point where padding counts, else 0 ({@link WindowMean#paddingSum}).
 */
final class PoolingCode {

  private static final int PIXEL = 0;
  private static final int TAP = 1;
  private static final int COLUMNS = 2;
  private static final int OUTPUT = 3;
  private static final int CHANNELS_AT = 4;
  private static final int WINDOW_ROWS = 6;
  private static final int WINDOW_COLUMNS = 7;
  private static final int WIDTH = 8;
  private static final int MULTIPLIER = 9;
  private static final int CONTEXT = 10;

  private final Emitter e;
  private final TensorView output;
  private final Window window;
  private final WindowStrip strip;

  PoolingCode(Emitter e, TensorView input, TensorView output, Window window) {
    this.e = e;
    this.output = output;
    this.window = window;
    strip = WindowStrip.of(input, window, output, 1);
  }

  /** Emits the function of a maximum. */
  void emitMax() {
    emit(e.vectorBytes(), this::emitMaxima);
  }

  /** Emits the function of a mean. */
  void emitMean() {
    emit(e.columnLanes(), this::emitMeans);
  }

  /** The work on some channels of a pixel. */
  private interface Channels {
    void emit(int count);
  }

  private void emit(int atOnce, Channels channels) {
    int whole = output.channels() / atOnce;
    int rest = output.channels() % atOnce;
    Frame.enter(e);
    strip.emit(e, window.strideY(), Math.max(0, window.kernelHeight() - window.strideY()), false);
    begin();
    Label row = new Label();
    Label pixel = new Label();
    e.bind(row);
    e.moveImmediate(WIDTH, output.width());
    e.bind(pixel);
    e.move(CHANNELS_AT, PIXEL);
    if (whole > 0) {
      e.moveImmediate(COLUMNS, whole);
      Label column = new Label();
      e.bind(column);
      channels.emit(atOnce);
      e.addImmediate(CHANNELS_AT, atOnce);
      e.addImmediate(OUTPUT, atOnce);
      e.countDown(COLUMNS, column);
    }
    if (rest > 0) {
      channels.emit(rest);
      e.addImmediate(OUTPUT, rest);
    }
    e.addImmediate(PIXEL, window.strideX() * strip.pixelPitch());
    e.addImmediate(MULTIPLIER, Float.BYTES);
    e.countDown(WIDTH, pixel);
    e.addImmediate(PIXEL, window.strideY() * strip.rowPitch() - output.width() * window.strideX() * strip.pixelPitch());
    Frame.countDown(e, Frame.ROWS, row);
    e.leave();
  }

  private void begin() {
    e.load(CONTEXT, Frame.REGISTER, Frame.CONTEXT);
    e.load(TAP, Frame.REGISTER, Frame.FIRST_ROW);
    e.multiply(OUTPUT, TAP, output.width() * output.channels());
    e.load(PIXEL, CONTEXT, Context.OUTPUT_PLACE);
    e.add(OUTPUT, PIXEL);
    e.load(PIXEL, Frame.REGISTER, Frame.TENSORS);
    e.add(OUTPUT, PIXEL);
    e.multiply(MULTIPLIER, TAP, output.width() * Float.BYTES);
    e.load(PIXEL, CONTEXT, Context.PIXEL_MULTIPLIERS);
    e.add(MULTIPLIER, PIXEL);
    e.move(PIXEL, Frame.REGISTER);
    e.addImmediate(PIXEL, Frame.STRIP);
  }

  private void emitMaxima(int count) {
    e.loadVector(0, CHANNELS_AT, 0);
    emitTaps(
        () -> {
          e.loadVector(1, TAP, 0);
          e.maxBytes(0, 1);
        });
    e.storeVector(0, OUTPUT, 0, count);
  }

  private void emitMeans(int count) {
    int vectors = e.columnVectors();
    for (int v = 0; v < vectors; v++) {
      e.clear(v);
    }
    emitTaps(
        () -> {
          e.loadColumn(vectors, TAP, 0);
          for (int v = 0; v < vectors; v++) {
            e.addInts(v, vectors + v);
          }
        });
    e.broadcastFloat(vectors, MULTIPLIER, 0);
    for (int v = 0; v < vectors; v++) {
      e.toFloats(v);
      e.multiplyFloats(v, vectors);
      e.addFloats(v, CONTEXT, Context.ADDEND);
      e.maxFloats(v, CONTEXT, Context.LOW);
      e.minFloats(v, CONTEXT, Context.HIGH);
      e.toInts(v);
    }
    e.storeColumn(0, OUTPUT, 0, count);
  }

  private void emitTaps(Runnable tap) {
    Label row = new Label();
    Label column = new Label();
    e.move(TAP, CHANNELS_AT);
    e.moveImmediate(WINDOW_ROWS, window.kernelHeight());
    e.bind(row);
    e.moveImmediate(WINDOW_COLUMNS, window.kernelWidth());
    e.bind(column);
    tap.run();
    e.addImmediate(TAP, strip.pixelPitch());
    e.countDown(WINDOW_COLUMNS, column);
    e.addImmediate(TAP, strip.rowPitch() - window.kernelWidth() * strip.pixelPitch());
    e.countDown(WINDOW_ROWS, row);
  }
}
