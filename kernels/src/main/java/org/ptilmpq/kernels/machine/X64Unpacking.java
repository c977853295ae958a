package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.machine.code.Label;
import org.ptilmpq.kernels.machine.code.X64Assembler;
import org.ptilmpq.kernels.machine.code.X64Vector;

/**
 * Unpacking of bit planes to the panel that x86-64 products read: for each 16 or 32 channels, for each step of four
 * inputs, four bytes per channel. Codes of four inputs become bytes, channel by channel in each vector, a <i>row</i>;
 * tails are added to the rows of the few inputs that have any; two rounds of interleaving put the four bytes of a
 * channel together. Bytes wrap around, so that a level beyond a byte leaves its low part.
 */
abstract class X64Unpacking {

  static final int BLOCK = 0;
  static final int PANEL = 1;
  static final int CONTEXT = 2;

  /** Where the codes of an input begin, and how many bytes it has. */
  static final int CODES = 7;

  static final int STRIDE = 8;

  /** Where the words of the next tails are. */
  static final int TAIL_WORDS = 12;

  /** Free for kinds of unpacking; in {@link #tails} both. */
  static final int FREE_1 = 3;

  static final int FREE_2 = 6;

  static final int STEP_INPUTS = 4;

  /** Where the four times 16 channels of a step go: the panel, and these. */
  private static final int[] TO = {PANEL, 9, 10, 11};

  private static final int COUNT = FREE_2;
  private static final int SEGMENTS = 13;

  /** How many inputs after the step's first one the next tails are. */
  private static final int NEXT_TAIL = 4;

  /** A number that no input has. */
  private static final long NEVER = 1L << 40;

  /** Slots of the frame: the address of the next tails' input, how many tails are left, the count meanwhile. */
  private static final int TAIL_INPUTS_SLOT = Frame.BYTES;

  private static final int TAILS_SLOT = Frame.BYTES + 8;
  private static final int COUNT_SLOT = Frame.BYTES + 16;

  /** The kind of a block; blocks of one kind are unpacked by the same subroutine. */
  abstract int kind(PackedWeights.Block block);

  /** The data that {@link #begin} reads at {@link Context.Block#OWN}. */
  abstract byte[] own(PackedWeights.Block block);

  /** Emits the loads that are done once: constants, and the block's own data. May change the free registers. */
  abstract void begin(X64Emitter e);

  /**
   * Emits the rows of a step: the levels of four inputs but for tails, the first one's codes at {@link #CODES}, and
   * {@link #advance} after each.
   *
   * @param isRemainder whether the step may have fewer inputs; missing ones may be anything
   */
  abstract void rows(X64Emitter e, int kind, boolean isRemainder);

  /** Emits the low bytes of the tails whose words are at {@link #TAIL_WORDS}. May change the free registers. */
  abstract void tails(X64Emitter e, int kind);

  /** Emits the code that adds the tails to a row. */
  abstract void addTails(X64Emitter e, int kind, int row);

  /**
   * Emits the code that writes the rows to the panel.
   *
   * @param to registers with the places of four times 16 channels
   * @param isRemainder whether the step may have fewer inputs than four, with levels 0 for the others ({@link
   *     Context#REMAINDER_MASK})
   */
  abstract void write(X64Emitter e, int kind, int[] to, boolean isRemainder);

  /** Emits the subroutine. */
  final void emit(X64Emitter e, int kind) {
    Label segment = new Label();
    Label whole = new Label();
    Label remainder = new Label();
    Label next = new Label();
    e.enterSubroutine();
    e.load(CODES, BLOCK, Context.Block.CODES);
    e.load(STRIDE, BLOCK, Context.Block.STRIDE);
    for (int i = 1; i < TO.length; i++) {
      e.load(TO[i], CONTEXT, i == 2 ? Context.PANEL_MIDDLE : Context.PANEL_16);
      e.add(TO[i], TO[i - 1]);
    }
    begin(e);
    beginTails(e);
    e.load(SEGMENTS, CONTEXT, Context.SEGMENTS);
    e.bind(segment);
    e.load(COUNT, CONTEXT, Context.WHOLE_STEPS);
    e.jumpIfZero(COUNT, remainder);
    e.bind(whole);
    step(e, kind, false);
    e.countDown(COUNT, whole);
    e.bind(remainder);
    e.load(COUNT, CONTEXT, Context.REMAINDER);
    e.jumpIfZero(COUNT, next);
    step(e, kind, true);
    e.bind(next);
    e.countDown(SEGMENTS, segment);
    e.leaveSubroutine();
  }

  /**
   * Emits the code that goes on from an input of a step to the next. In a remainder of one to three inputs the last one
   * is used for the missing ones.
   */
  static void advance(X64Emitter e, int input, boolean isRemainder) {
    Label isLast = new Label();
    if (isRemainder && input < STEP_INPUTS - 1) {
      e.jumpIfBelow(COUNT, input + 2, isLast);
    }
    e.add(CODES, STRIDE);
    e.bind(isLast);
  }

  private void step(X64Emitter e, int kind, boolean isRemainder) {
    Label none = new Label();
    Label some = new Label();
    rows(e, kind, isRemainder);
    passStep(e, isRemainder, some);
    e.jump(none);
    e.bind(some);
    emitTails(e, kind, isRemainder);
    e.bind(none);
    write(e, kind, TO, isRemainder);
    e.load(FREE_1, CONTEXT, Context.STEP_BYTES);
    for (int to : TO) {
      e.add(to, FREE_1);
    }
  }

  /** Emits the jump to the code that adds tails if this step has any left, else the move past the step's inputs. */
  private static void passStep(X64Emitter e, boolean isRemainder, Label hasTails) {
    if (isRemainder) {
      e.jumpIfLess(NEXT_TAIL, COUNT, hasTails);
      e.subtract(NEXT_TAIL, COUNT);
    } else {
      e.jumpIfBelow(NEXT_TAIL, STEP_INPUTS, hasTails);
      e.addImmediate(NEXT_TAIL, -STEP_INPUTS);
    }
  }

  private static void beginTails(X64Emitter e) {
    Label none = new Label();
    e.moveImmediate(NEXT_TAIL, NEVER);
    e.load(FREE_1, BLOCK, Context.Block.TAILS);
    e.jumpIfZero(FREE_1, none);
    e.store(FREE_1, Frame.REGISTER, TAILS_SLOT);
    e.load(FREE_1, BLOCK, Context.Block.TAIL_INPUTS);
    e.store(FREE_1, Frame.REGISTER, TAIL_INPUTS_SLOT);
    e.loadInt(NEXT_TAIL, FREE_1, 0);
    e.load(TAIL_WORDS, BLOCK, Context.Block.TAIL_WORDS);
    e.bind(none);
  }

  /** Emits the tails of a step that has some, input by input, and then the move past the step's inputs. */
  private void emitTails(X64Emitter e, int kind, boolean isRemainder) {
    Label row = new Label();
    Label last = new Label();
    Label done = new Label();
    e.store(COUNT, Frame.REGISTER, COUNT_SLOT);
    e.bind(row);
    tails(e, kind);
    for (int i = 0; i < STEP_INPUTS; i++) {
      Label other = new Label();
      e.assembler.cmp(X64Emitter.machine(NEXT_TAIL), (long) i);
      e.assembler.jcc(X64Assembler.NOT_EQUAL, other);
      addTails(e, kind, i);
      e.bind(other);
    }
    e.load(FREE_1, Frame.REGISTER, TAILS_SLOT);
    e.addImmediate(FREE_1, -1);
    e.jumpIfZero(FREE_1, last);
    e.store(FREE_1, Frame.REGISTER, TAILS_SLOT);
    e.load(FREE_1, BLOCK, Context.Block.TAIL_STRIDE);
    e.add(TAIL_WORDS, FREE_1);
    e.load(FREE_1, Frame.REGISTER, TAIL_INPUTS_SLOT);
    e.loadInt(FREE_2, FREE_1, 0);
    e.subtract(NEXT_TAIL, FREE_2);
    e.addImmediate(FREE_1, Integer.BYTES);
    e.loadInt(FREE_2, FREE_1, 0);
    e.add(NEXT_TAIL, FREE_2);
    e.store(FREE_1, Frame.REGISTER, TAIL_INPUTS_SLOT);
    e.load(COUNT, Frame.REGISTER, COUNT_SLOT);
    passStep(e, isRemainder, row);
    e.jump(done);
    e.bind(last);
    e.moveImmediate(NEXT_TAIL, NEVER);
    e.load(COUNT, Frame.REGISTER, COUNT_SLOT);
    e.bind(done);
  }
}
