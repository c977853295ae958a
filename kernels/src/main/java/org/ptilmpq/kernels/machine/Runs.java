package org.ptilmpq.kernels.machine;

import java.util.List;
import java.util.function.IntConsumer;
import org.ptilmpq.kernels.machine.Context.Column;
import org.ptilmpq.kernels.machine.code.Label;

/**
 * Runs of steps whose sums of products fit 16 bits: the loops over them, and the function that finds how long they may
 * be. A run begins with each segment of a pixel's inputs, the last one of a segment is shorter.
 */
final class Runs {

  /** Steps of a run, and in loops over runs how many there are in this one. */
  static final int RUN = 12;

  static final int IN_RUN = 11;

  /** Steps of the longest one: further ones would save little. */
  private static final int LONGEST = 64;

  private Runs() {}

  /**
   * Emits the loop over the runs of a segment.
   *
   * @param steps of a segment
   * @param run emits a run of as many steps as IN_RUN says
   */
  static void emitSegment(Emitter e, int steps, Runnable run) {
    Label next = new Label();
    Label isShorter = new Label();
    Label done = new Label();
    e.moveImmediate(Segments.STEPS, steps);
    e.bind(next);
    e.move(IN_RUN, Segments.STEPS);
    e.jumpIfLess(Segments.STEPS, RUN, isShorter);
    e.move(IN_RUN, RUN);
    e.bind(isShorter);
    e.subtract(Segments.STEPS, IN_RUN);
    run.run();
    e.jumpIfZero(Segments.STEPS, done);
    e.jump(next);
    e.bind(done);
  }

  /**
   * Emits, for each kind of runs that there is, its products, and the code that chooses between them.
   *
   * @param kinds as {@link ConvolutionCode.Traits#runs} has them
   * @param products emits those of a kind
   */
  static void emitChoice(Emitter e, List<Integer> kinds, IntConsumer products) {
    Label done = new Label();
    e.load(RUN, ProductCode.COLUMN, Column.RUN);
    for (int kind : kinds.subList(0, kinds.size() - 1)) {
      Label shorter = new Label();
      e.jumpIfBelow(RUN, kind, shorter);
      products.accept(kind);
      e.jump(done);
      e.bind(shorter);
    }
    products.accept(kinds.getLast());
    e.bind(done);
  }

  /**
   * Emits the function that {@link ProductCode#emitRuns} requires: it tries runs of 64, 32 … 1 steps, and leaves 0
   * where none fits.
   *
   * @param excess emits, for a column, code that leaves 0 in register 6 if the levels of no run of RUN steps exceed the
   *     bound; RUN stays
   */
  static void emitFunction(Emitter e, ConvolutionShape shape, Runnable excess) {
    Label block = new Label();
    Label column = new Label();
    Label shorter = new Label();
    Label found = new Label();
    Frame.enter(e);
    e.bind(block);
    ConvolutionCode.emitBlock(e, ConvolutionCode.panel(shape));
    e.bind(column);
    e.load(ProductCode.COLUMN, Frame.REGISTER, Frame.COLUMN);
    e.load(ProductCode.PANEL, Frame.REGISTER, Frame.PANEL);
    e.load(6, ProductCode.COLUMN, Column.PANEL);
    e.add(ProductCode.PANEL, 6);
    e.moveImmediate(RUN, LONGEST);
    e.bind(shorter);
    excess.run();
    e.jumpIfZero(6, found);
    e.shiftRight(RUN, 1);
    e.jumpIfZero(RUN, found);
    e.jump(shorter);
    e.bind(found);
    e.store(RUN, ProductCode.COLUMN, Column.RUN);
    Frame.addTo(e, Frame.COLUMN, Column.bytes(e.columnLanes()));
    Frame.countDown(e, Frame.COLUMNS_LEFT, column);
    Frame.addTo(e, Frame.BLOCK, 1);
    Frame.countDown(e, Frame.BLOCKS_LEFT, block);
    e.leave();
  }
}
