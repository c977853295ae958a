package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.arithmetic.AffineBytes;
import org.ptilmpq.kernels.machine.code.Label;

/**
 * The function of an addition or a rescaling, for some rows: {@link AffineBytes}' arithmetic in its order, a column of
 * bytes at a time, whatever channels they belong to. The result may overwrite either operand: a column is loaded before
 * it is stored.
 */
final class ElementwiseCode {

  private static final int CONTEXT = 0;
  private static final int LEFT = 1;
  private static final int RIGHT = 2;
  private static final int OUTPUT = 3;
  private static final int ROWS = 4;
  private static final int COLUMNS = 6;

  private ElementwiseCode() {}

  /**
   * Emits the function.
   *
   * @param shape of all operands
   * @param hasRight whether there are two
   */
  static void emit(Emitter e, TensorView shape, boolean hasRight) {
    int rowBytes = shape.width() * shape.channels();
    int columns = rowBytes / e.columnLanes();
    int rest = rowBytes % e.columnLanes();
    Frame.enter(e);
    e.load(CONTEXT, Frame.REGISTER, Frame.CONTEXT);
    place(e, LEFT, Context.INPUT_PLACE, rowBytes);
    place(e, RIGHT, Context.RESIDUAL_PLACE, rowBytes);
    place(e, OUTPUT, Context.OUTPUT_PLACE, rowBytes);
    e.load(ROWS, Frame.REGISTER, Frame.ROWS);
    Label row = new Label();
    e.bind(row);
    if (columns > 0) {
      e.moveImmediate(COLUMNS, columns);
      Label column = new Label();
      e.bind(column);
      emitColumn(e, hasRight, e.columnLanes());
      advance(e, e.columnLanes());
      e.countDown(COLUMNS, column);
    }
    if (rest > 0) {
      emitColumn(e, hasRight, rest);
      advance(e, rest);
    }
    e.countDown(ROWS, row);
    e.leave();
  }

  private static void place(Emitter e, int to, int place, int rowBytes) {
    e.load(to, Frame.REGISTER, Frame.FIRST_ROW);
    e.multiply(to, to, rowBytes);
    e.load(COLUMNS, CONTEXT, place);
    e.add(to, COLUMNS);
    e.load(COLUMNS, Frame.REGISTER, Frame.TENSORS);
    e.add(to, COLUMNS);
  }

  private static void emitColumn(Emitter e, boolean hasRight, int count) {
    int vectors = e.columnVectors();
    e.loadColumn(0, LEFT, 0);
    if (hasRight) {
      e.loadColumn(vectors, RIGHT, 0);
    }
    for (int v = 0; v < vectors; v++) {
      e.toFloats(v);
      e.multiplyFloats(v, CONTEXT, Context.MULTIPLIER);
      if (hasRight) {
        e.toFloats(vectors + v);
        e.multiplyFloats(vectors + v, CONTEXT, Context.RESIDUAL);
        e.addFloats(v, vectors + v);
      }
      e.addFloats(v, CONTEXT, Context.ADDEND);
      e.maxFloats(v, CONTEXT, Context.LOW);
      e.minFloats(v, CONTEXT, Context.HIGH);
      e.toInts(v);
    }
    e.storeColumn(0, OUTPUT, 0, count);
  }

  private static void advance(Emitter e, int bytes) {
    e.addImmediate(LEFT, bytes);
    e.addImmediate(RIGHT, bytes);
    e.addImmediate(OUTPUT, bytes);
  }
}
