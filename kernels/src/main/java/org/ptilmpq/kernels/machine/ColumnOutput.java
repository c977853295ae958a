package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.arithmetic.Requantization;
import org.ptilmpq.kernels.machine.Context.Column;
import org.ptilmpq.kernels.machine.code.Label;

/**
 * Writes a tile's sums to the output: {@link Requantization}'s arithmetic in its order, lane by lane. Columns whose
 * channels follow each other in the output are written from registers. Others, and scores, go through the frame pixel
 * by pixel, in a loop over their channels.
 */
final class ColumnOutput {

  private static final int COLUMN = ProductCode.COLUMN;

  /** Registers of the loops over pixels and channels. */
  private static final int SUMS = 7;

  private static final int PIXELS = 8;
  private static final int OUTPUT = 9;
  private static final int RESIDUAL = 10;
  private static final int FROM = 11;
  private static final int PLACES = 12;
  private static final int COUNT = 13;
  private static final int PLACE = 6;
  private static final int VALUE = 0;

  private final KernelSpec.Convolution spec;
  private final int spare;
  private final Emitter e;

  /** @param spare a vector for a column of residuals while there are sums, which are in the vectors from 0 on */
  ColumnOutput(Emitter e, KernelSpec.Convolution spec, int spare) {
    this.e = e;
    this.spec = spec;
    this.spare = spare;
  }

  /** Bytes of an output element. */
  int elementBytes() {
    return spec.floatScores() ? Float.BYTES : Byte.BYTES;
  }

  /** Emits the code that writes the sums of a tile. Changes the registers 6 to 13. */
  void emit(ConvolutionCode.Traits traits, int pixels) {
    Label done = new Label();
    Label scattered = new Label();
    e.load(6, Frame.REGISTER, Frame.CONTEXT);
    if (traits.isScattered() && !traits.counts().isEmpty()) {
      Label dense = new Label();
      e.load(7, COLUMN, Column.PLACES);
      e.jumpIfZero(7, dense);
      e.jump(scattered);
      e.bind(dense);
    }
    for (int i = 0; i < traits.counts().size(); i++) {
      boolean isLast = i == traits.counts().size() - 1;
      int count = traits.counts().get(i);
      Label next = new Label();
      if (!isLast) {
        e.load(7, COLUMN, Column.COUNT);
        e.jumpIfBelow(7, count, next);
      }
      emitDense(traits, pixels, count);
      if (!isLast || traits.isScattered()) {
        e.jump(done);
      }
      e.bind(next);
    }
    if (traits.isScattered()) {
      e.bind(scattered);
      emitScattered(pixels);
    }
    e.bind(done);
  }

  /** Emits whole columns whose results need no clamp to become integers: they are narrowed and bounded as bytes. */
  private void emitDense(ConvolutionCode.Traits traits, int pixels, int count) {
    if (count < e.columnLanes() || traits.mayExceedInts()) {
      emitPixels(pixels, count);
      return;
    }
    for (int p = 0; p < pixels; p++) {
      int sums = p * e.columnVectors();
      scale(sums);
      if (spec.residual() != null) {
        addResidual(sums, ProductCode.RESIDUAL, p * spec.output().channels(), 6);
      }
      for (int v = 0; v < e.columnVectors(); v++) {
        e.toInts(sums + v);
      }
    }
    Emitter.ByteBounds bounds =
        new Emitter.ByteBounds(6, spec.low() > Byte.MIN_VALUE, spec.high() < Byte.MAX_VALUE);
    e.storeTile(pixels, ProductCode.OUTPUT, 0, spec.output().channels(), bounds);
  }

  private void emitPixels(int pixels, int count) {
    for (int p = 0; p < pixels; p++) {
      int at = p * spec.output().channels();
      int sums = p * e.columnVectors();
      scale(sums);
      if (spec.residual() != null) {
        addResidual(sums, ProductCode.RESIDUAL, at, 6);
      }
      clamp(sums, 6);
      e.storeColumn(sums, ProductCode.OUTPUT, at, count);
    }
  }

  private void scale(int sums) {
    for (int v = 0; v < e.columnVectors(); v++) {
      e.toFloats(sums + v);
      e.multiplyFloats(sums + v, COLUMN, Column.multiplier(e.columnLanes()) + v * e.vectorBytes());
      e.addFloats(sums + v, COLUMN, Column.offset(e.columnLanes()) + v * e.vectorBytes());
    }
  }

  private void addResidual(int sums, int base, int displacement, int context) {
    e.loadColumn(spare, base, displacement);
    for (int v = 0; v < e.columnVectors(); v++) {
      e.toFloats(spare + v);
      e.multiplyFloats(spare + v, context, Context.RESIDUAL);
      e.addFloats(sums + v, spare + v);
    }
  }

  private void clamp(int sums, int context) {
    for (int v = 0; v < e.columnVectors(); v++) {
      e.maxFloats(sums + v, context, Context.LOW);
      e.minFloats(sums + v, context, Context.HIGH);
      e.toInts(sums + v);
    }
  }

  private void emitScattered(int pixels) {
    int pixelSums = e.columnLanes() * Integer.BYTES;
    for (int p = 0; p < pixels; p++) {
      for (int v = 0; v < e.columnVectors(); v++) {
        e.storeLanes(p * e.columnVectors() + v, Frame.REGISTER, Frame.SUMS + p * pixelSums + v * e.vectorBytes());
      }
    }
    e.store(ProductCode.INPUT, Frame.REGISTER, Frame.INPUT_SAVED);
    e.move(SUMS, Frame.REGISTER);
    e.addImmediate(SUMS, Frame.SUMS);
    e.moveImmediate(PIXELS, pixels);
    e.move(OUTPUT, ProductCode.OUTPUT);
    e.move(RESIDUAL, ProductCode.RESIDUAL);
    Label pixel = new Label();
    e.bind(pixel);
    for (int v = 0; v < e.columnVectors(); v++) {
      e.loadLanes(v, SUMS, v * e.vectorBytes());
    }
    scale(0);
    if (spec.residual() != null) {
      gatherResiduals();
      e.load(PLACE, Frame.REGISTER, Frame.CONTEXT);
      addResidual(0, Frame.REGISTER, Frame.BYTES, PLACE);
    }
    if (spec.floatScores()) {
      for (int v = 0; v < e.columnVectors(); v++) {
        e.storeLanes(v, Frame.REGISTER, Frame.BYTES + v * e.vectorBytes());
      }
    } else {
      e.load(PLACE, Frame.REGISTER, Frame.CONTEXT);
      clamp(0, PLACE);
      e.storeColumn(0, Frame.REGISTER, Frame.BYTES, e.columnLanes());
    }
    scatter();
    e.addImmediate(SUMS, pixelSums);
    e.addImmediate(OUTPUT, spec.output().channels() * elementBytes());
    e.addImmediate(RESIDUAL, spec.output().channels());
    e.countDown(PIXELS, pixel);
    e.load(ProductCode.INPUT, Frame.REGISTER, Frame.INPUT_SAVED);
  }

  private void gatherResiduals() {
    Label loop = beginChannels();
    e.loadInt(PLACE, PLACES, 0);
    e.add(PLACE, RESIDUAL);
    e.loadByte(VALUE, PLACE, 0);
    e.storeByte(VALUE, FROM, 0);
    endChannels(loop, Byte.BYTES);
  }

  private void scatter() {
    Label loop = beginChannels();
    e.loadInt(PLACE, PLACES, 0);
    if (spec.floatScores()) {
      e.shiftLeft(PLACE, 2);
      e.loadInt(VALUE, FROM, 0);
      e.add(PLACE, OUTPUT);
      e.storeInt(VALUE, PLACE, 0);
    } else {
      e.add(PLACE, OUTPUT);
      e.loadByte(VALUE, FROM, 0);
      e.storeByte(VALUE, PLACE, 0);
    }
    endChannels(loop, elementBytes());
  }

  private Label beginChannels() {
    e.move(FROM, Frame.REGISTER);
    e.addImmediate(FROM, Frame.BYTES);
    e.load(PLACES, COLUMN, Column.PLACES);
    e.load(COUNT, COLUMN, Column.COUNT);
    Label loop = new Label();
    e.bind(loop);
    return loop;
  }

  private void endChannels(Label loop, int bytes) {
    e.addImmediate(FROM, bytes);
    e.addImmediate(PLACES, Integer.BYTES);
    e.countDown(COUNT, loop);
  }
}
