package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.machine.code.Label;
import org.ptilmpq.kernels.machine.code.X64Vector;

/**
 * Dot products of x86-64: {@code vpdpbusd} adds the products of four unsigned inputs with four signed levels to each
 * 32-bit sum, exact in any order. A step broadcasts four neighbouring inputs of a pixel and loads the levels of a
 * column, so that each loaded weight is used for all pixels of the tile, and each input for all channels of the column.
 */
final class DotProducts extends X64Products {

  DotProducts(X64Emitter emitter, X64Unpacking unpacking) {
    super(emitter, unpacking);
  }

  /** Sums of 28 vectors of 512 bits, or of 14 of 256, are what registers leave room for. */
  @Override
  int mostPixels() {
    return sums() / emitter.columnVectors();
  }

  private int sums() {
    return emitter.length == 512 ? 28 : 14;
  }

  private int levels() {
    return sums();
  }

  /** The first vector of inputs, after the levels. */
  private int inputs() {
    return sums() + emitter.columnVectors();
  }

  @Override
  int spare() {
    return levels();
  }

  @Override
  void emitTile(ConvolutionShape shape, ConvolutionCode.Traits traits, int[] pixels) {
    Label low = new Label();
    if (traits.haveHighs()) {
      emitHighs(pixels, low);
    }
    int vectors = emitter.columnVectors();
    for (int i = 0; i < pixels.length * vectors; i++) {
      emitter.loadLanes(i, COLUMN, Context.Column.START + i % vectors * emitter.vectorBytes());
    }
    emitter.bind(low);
    Runnable segment = () -> Segments.emitSteps(this, shape.steps(), i -> step(pixels, i));
    Segments.emit(this, shape, segment);
  }

  /** Emits high parts, which come first: their sums are shifted before the low parts are added. */
  private void emitHighs(int[] pixels, Label low) {
    Label none = new Label();
    emitter.load(9, COLUMN, Context.Column.HIGHS);
    emitter.jumpIfZero(9, none);
    int vectors = emitter.columnVectors();
    for (int i = 0; i < pixels.length * vectors; i++) {
      emitter.clear(i);
    }
    emitter.load(7, COLUMN, Context.Column.HIGH_PANEL);
    emitter.load(8, COLUMN, Context.Column.HIGH_INPUTS);
    Label loop = new Label();
    emitter.bind(loop);
    emitter.loadInt(6, 8, 0);
    emitter.add(6, INPUT);
    step(pixels, 0);
    emitter.addImmediate(7, stepBytes());
    emitter.addImmediate(8, Integer.BYTES);
    emitter.countDown(9, loop);
    for (int i = 0; i < pixels.length * vectors; i++) {
      emitter.assembler.vpslld(emitter.length, i, i, Byte.SIZE);
      emitter.memory(X64Vector.VPADDD, i, i, COLUMN, Context.Column.START + i % vectors * emitter.vectorBytes());
    }
    emitter.jump(low);
    emitter.bind(none);
  }

  /** Emits the i-th step of a round: four inputs from register 6 on, the levels from register 7 on. */
  private void step(int[] pixels, int i) {
    int vectors = emitter.columnVectors();
    for (int v = 0; v < vectors; v++) {
      emitter.loadLanes(levels() + v, Segments.PANEL, i * stepBytes() + v * emitter.vectorBytes());
    }
    for (int p = 0; p < pixels.length; p++) {
      emitter.memory(X64Vector.VPBROADCASTD, inputs(), 0, Segments.INPUT, i * stepInputs() + pixels[p]);
      for (int v = 0; v < vectors; v++) {
        emitter.registers(X64Vector.VPDPBUSD, p * vectors + v, inputs(), levels() + v);
      }
    }
  }

  @Override
  void emitLimit() {
    for (int i = 0; i < sums(); i++) {
      emitter.registers(X64Vector.VPDPBUSD, i, inputs(), levels());
    }
  }

}
