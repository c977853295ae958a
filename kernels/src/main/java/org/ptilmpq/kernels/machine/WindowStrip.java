package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.machine.code.Label;

/**
 * The copy of the input rows that a strip of output rows sees, with a fill byte where windows reach beyond the input:
 * after it, kernels know no edges. Rows are copied in whole vectors in ascending order, so that what a copy writes
 * beyond its row is overwritten by the next; after the last one {@link Frame#SLACK} bytes are free.
 *
 * @param input to copy from
 * @param rowStep input rows from one strip row to the next
 * @param columnStep input columns from one strip pixel to the next
 * @param padTop rows above the input that output row 0 sees
 * @param padLeft pixels of the fill byte in front of each row
 * @param columns pixels of a strip row
 * @param pixelPitch bytes from one strip pixel to the next
 * @param expansion how many times each channel is copied
 */
record WindowStrip(
    TensorView input,
    int rowStep,
    int columnStep,
    int padTop,
    int padLeft,
    int columns,
    int pixelPitch,
    int expansion) {

  /** Bytes that a strip may take of the caches. */
  private static final int STRIP_BYTES = 256 * 1024;

  /** The least number of units of work for threads to share, where there are that many rows. */
  private static final int MIN_UNITS = 4;

  /**
   * Pixels of a strip that is worth unpacking for, which takes as long as ten pixels: then threads share pixels
   * rather than channels, and find in their caches what they wrote in the layer before.
   */
  private static final int STRIP_PIXELS = 392;

  /** Vectors up to which a copy is written out rather than made a loop. */
  private static final int UNROLLED = 6;

  private static final int TARGET = 0;
  private static final int ROW = 1;
  private static final int ROWS = 2;
  private static final int SOURCE = 3;
  private static final int TO = 6;
  private static final int FROM = 7;
  private static final int COUNT = 8;
  private static final int COLUMN = 9;
  private static final int HEIGHT = 10;

  private static final int FILL = 0;
  private static final int FLIP = 1;
  private static final int DATA = 2;

  /** Input positions, padding included, that the windows of {@code outputs} outputs in a row reach. */
  static int reach(int outputs, int stride, int kernel, int dilation) {
    return (outputs - 1) * stride + (kernel - 1) * dilation + 1;
  }

  /**
   * Output rows of a strip: equal strips of whole tiles but for the last, that stay in the caches.
   *
   * @param step strip rows that a further output row needs
   * @param extra strip rows beyond those
   * @param tileRows output rows of a tile
   * @param width pixels of an output row
   * @param blocks of channels that a strip is done for one by one
   */
  static int outputRows(int height, int rowPitch, int step, int extra, int tileRows, int width, int blocks) {
    int fitting = (STRIP_BYTES / rowPitch - extra) / step;
    int most = Math.max(tileRows, fitting / tileRows * tileRows);
    int worthwhile = Math.min(MIN_UNITS, height * width / STRIP_PIXELS);
    int sharing = Math.max(worthwhile, Math.ceilDiv(MIN_UNITS, blocks));
    int strips = Math.max(Math.ceilDiv(height, most), Math.min(sharing, Math.ceilDiv(height, tileRows)));
    return Math.min(height, Math.ceilDiv(Math.ceilDiv(height, strips), tileRows) * tileRows);
  }

  /** Returns the copy for windows over all channels of the input, one strip row per input row. */
  static WindowStrip of(TensorView input, KernelSpec.Window w, TensorView output, int expansion) {
    int columns = reach(output.width(), w.strideX(), w.kernelWidth(), w.dilationX());
    return new WindowStrip(
        input, 1, 1, w.padTop(), w.padLeft(), columns, input.channels() * expansion, expansion);
  }

  /** Bytes of a row of the strip. */
  int rowPitch() {
    return columns * pixelPitch;
  }

  /**
   * Emits the copy. Changes the registers 0 to 4 and 6 to 10, and vectors.
   *
   * @param outputStep input rows from one output row to the next
   * @param extraRows rows that the windows of the last output row need beyond {@code outputStep}
   * @param flips whether 128 is to be added to bytes
   */
  void emit(Emitter e, int outputStep, int extraRows, boolean flips) {
    int rowBytes = input.width() * input.channels();
    e.load(ROW, Frame.REGISTER, Frame.FIRST_ROW);
    e.multiply(ROW, ROW, outputStep);
    e.addImmediate(ROW, -padTop);
    e.multiply(SOURCE, ROW, rowBytes);
    e.load(TO, Frame.REGISTER, Frame.TENSORS);
    e.add(SOURCE, TO);
    e.load(TO, Frame.REGISTER, Frame.CONTEXT);
    e.load(COUNT, TO, Context.INPUT_PLACE);
    e.add(SOURCE, COUNT);
    e.load(ROWS, Frame.REGISTER, Frame.ROWS);
    if (rowStep == 1) {
      e.multiply(ROWS, ROWS, outputStep);
      e.addImmediate(ROWS, extraRows);
    }
    e.move(TARGET, Frame.REGISTER);
    e.addImmediate(TARGET, Frame.STRIP);
    e.moveImmediate(HEIGHT, input.height());
    e.load(TO, Frame.REGISTER, Frame.CONTEXT);
    e.loadByte(TO, TO, Context.FILL);
    e.broadcastByte(FILL, TO);
    if (flips) {
      e.moveImmediate(TO, 0x80);
      e.broadcastByte(FLIP, TO);
    }
    Label loop = new Label();
    Label outside = new Label();
    Label next = new Label();
    e.bind(loop);
    e.jumpIfBelow(ROW, 0, outside);
    Label inside = new Label();
    e.jumpIfLess(ROW, HEIGHT, inside);
    e.bind(outside);
    fill(e, 0, rowPitch());
    e.jump(next);
    e.bind(inside);
    copyRow(e, flips);
    e.bind(next);
    e.addImmediate(TARGET, rowPitch());
    e.addImmediate(ROW, rowStep);
    e.addImmediate(SOURCE, rowStep * rowBytes);
    e.countDown(ROWS, loop);
  }

  private void copyRow(Emitter e, boolean flips) {
    int left = Math.min(padLeft, columns);
    int copied = Math.clamp(Math.ceilDiv(input.width(), columnStep), 0, columns - left);
    if (left > 0) {
      fill(e, 0, left * pixelPitch);
    }
    if (copied > 0) {
      e.move(FROM, SOURCE);
      e.move(TO, TARGET);
      e.addImmediate(TO, left * pixelPitch);
      if (expansion > 1) {
        expand(e, copied * input.channels());
      } else if (pixelPitch == input.channels() && columnStep == 1) {
        copy(e, copied * pixelPitch, flips);
      } else {
        copyPixels(e, copied, flips);
      }
    }
    int right = columns - left - copied;
    if (right > 0) {
      fill(e, (left + copied) * pixelPitch, right * pixelPitch);
    }
  }

  private void expand(Emitter e, int bytes) {
    e.moveImmediate(COUNT, bytes);
    Label loop = new Label();
    e.bind(loop);
    e.loadByte(COLUMN, FROM, 0);
    for (int i = 0; i < expansion; i++) {
      e.storeByte(COLUMN, TO, i);
    }
    e.addImmediate(FROM, 1);
    e.addImmediate(TO, expansion);
    e.countDown(COUNT, loop);
  }

  private void copyPixels(Emitter e, int pixels, boolean flips) {
    e.moveImmediate(COLUMN, pixels);
    Label loop = new Label();
    e.bind(loop);
    int vectors = Math.ceilDiv(input.channels(), e.vectorBytes());
    boolean isLoop = vectors > UNROLLED;
    copy(e, input.channels(), flips);
    int moved = isLoop ? vectors * e.vectorBytes() : 0;
    e.addImmediate(FROM, columnStep * input.channels() - moved);
    e.addImmediate(TO, pixelPitch - moved);
    e.countDown(COLUMN, loop);
  }

  /** Copies from FROM to TO, in whole vectors; a loop leaves both after the last one. */
  private static void copy(Emitter e, int bytes, boolean flips) {
    int vectors = Math.ceilDiv(bytes, e.vectorBytes());
    if (vectors <= UNROLLED) {
      for (int i = 0; i < vectors; i++) {
        copyVector(e, i * e.vectorBytes(), flips);
      }
      return;
    }
    e.moveImmediate(COUNT, vectors);
    Label loop = new Label();
    e.bind(loop);
    copyVector(e, 0, flips);
    e.addImmediate(FROM, e.vectorBytes());
    e.addImmediate(TO, e.vectorBytes());
    e.countDown(COUNT, loop);
  }

  private static void copyVector(Emitter e, int displacement, boolean flips) {
    e.loadVector(DATA, FROM, displacement);
    if (flips) {
      e.xor(DATA, FLIP);
    }
    e.storeVector(DATA, TO, displacement, e.vectorBytes());
  }

  private static void fill(Emitter e, int displacement, int bytes) {
    int vectors = Math.ceilDiv(bytes, e.vectorBytes());
    if (vectors <= UNROLLED) {
      for (int i = 0; i < vectors; i++) {
        e.storeVector(FILL, TARGET, displacement + i * e.vectorBytes(), e.vectorBytes());
      }
      return;
    }
    e.move(TO, TARGET);
    e.addImmediate(TO, displacement);
    e.moveImmediate(COUNT, vectors);
    Label loop = new Label();
    e.bind(loop);
    e.storeVector(FILL, TO, 0, e.vectorBytes());
    e.addImmediate(TO, e.vectorBytes());
    e.countDown(COUNT, loop);
  }
}
