package org.ptilmpq.kernels.machine;

import java.util.function.IntConsumer;
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
}
