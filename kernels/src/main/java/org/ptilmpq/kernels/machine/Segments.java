package org.ptilmpq.kernels.machine;

import java.util.List;
import java.util.function.IntConsumer;
import org.ptilmpq.kernels.machine.Context.Column;
import org.ptilmpq.kernels.machine.code.Label;

/** The loops over the segments of a pixel's inputs and their steps, around what is done in a step. */
final class Segments {

  /** Where a step's inputs and levels are. */
  static final int INPUT = 6;

  static final int PANEL = 7;

  private static final int OUTER = 8;
  private static final int INNER = 10;
  static final int STEPS = 9;

  private Segments() {}

  /**
   * Emits the loops; they change the registers 6 to 10.
   *
   * @param segment emits the steps of a segment, and leaves INPUT and PANEL after them
   */
  static void emit(ProductCode products, ConvolutionShape shape, Runnable segment) {
    Emitter e = products.emitter();
    int segmentBytes = shape.steps() * products.stepInputs();
    e.move(INPUT, ProductCode.INPUT);
    e.move(PANEL, ProductCode.PANEL);
    int afterInner = shape.innerAdvance() - segmentBytes;
    int afterOuter = shape.outerAdvance() - shape.inner() * shape.innerAdvance();
    if (shape.inner() == 1) {
      afterOuter = shape.outerAdvance() - segmentBytes;
    }
    Label outer = new Label();
    Label inner = new Label();
    if (shape.outer() > 1) {
      e.moveImmediate(OUTER, shape.outer());
    }
    e.bind(outer);
    if (shape.inner() > 1) {
      e.moveImmediate(INNER, shape.inner());
    }
    e.bind(inner);
    segment.run();
    if (shape.inner() > 1) {
      e.addImmediate(INPUT, afterInner);
      e.countDown(INNER, inner);
    }
    if (shape.outer() > 1) {
      e.addImmediate(INPUT, afterOuter);
      e.countDown(OUTER, outer);
    }
  }

  /**
   * Emits a loop over the steps of a segment, two per round where their number is even: counting takes ports from
   * products.
   *
   * @param step emits what is done with the inputs of a step of the round; it leaves the registers 6 to 10 as they are
   */
  static void emitSteps(ProductCode products, int steps, IntConsumer step) {
    Emitter e = products.emitter();
    Label loop = new Label();
    int round = steps % 2 == 0 ? 2 : 1;
    if (steps > round) {
      e.moveImmediate(STEPS, steps / round);
    }
    e.bind(loop);
    for (int i = 0; i < round; i++) {
      step.accept(i);
    }
    e.addImmediate(INPUT, round * products.stepInputs());
    e.addImmediate(PANEL, round * products.stepBytes());
    if (steps > round) {
      e.countDown(STEPS, loop);
    }
  }

  /**
   * Runs of steps whose sums of products fit 16 bits: the loops over them, and the function that finds how long they
   * may be. A run begins with each segment of a pixel's inputs, the last one of a segment is shorter.
   */
  static final class Runs {

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
     * @param excess emits, for a column, code that leaves 0 in register 6 if the levels of no run of RUN steps exceed
     *     the bound; RUN stays
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
}
