package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.machine.code.Label;
import org.ptilmpq.kernels.machine.code.X64Assembler;
import org.ptilmpq.kernels.machine.code.X64Vector;

/**
 * From bit planes to the panel that x86-64 products read: for each 16 or 32 channels, for each step of four inputs,
 * four bytes a channel. Codes of four inputs become bytes, channel by channel in each vector; two rounds of
 * interleaving put the four bytes of a channel together. Then tails, few as they are, are added input by input. Bytes
 * wrap around, so that a level beyond a byte leaves its low part.
 */
abstract class X64Unpacking {

  static final int BLOCK = 0;
  static final int PANEL = 1;
  static final int CONTEXT = 2;

  /** Where the codes of an input begin, and how many bytes it has. */
  static final int CODES = 7;

  static final int STRIDE = 8;

  /** Left to kinds of unpacking. */
  static final int OWN_1 = 3;

  static final int OWN_2 = 4;
  static final int OWN_3 = 12;

  /** Where the four times 16 channels of a step go: the panel, and these. */
  private static final int[] TO = {PANEL, 9, 10, 11};

  private static final int COUNT = 6;
  private static final int SEGMENTS = 13;

  /** In the tails' loop. */
  private static final int TAILS = 13;

  private static final int TAIL_INPUTS = 4;
  private static final int PLACE = 6;

  private static final int STEP_INPUTS = 4;

  /** Emits what is loaded once: constants, and what the block says. */
  abstract void begin(X64Emitter e);

  /**
   * Emits one step: the levels of four inputs, the first one's codes at {@link #CODES}, which stays as it is or
   * advances.
   */
  abstract void step(X64Emitter e, boolean halfStep, Runnable[] advance, int[] to, boolean masks);

  /** Emits the tails of a row, whose words are at {@link #CODES}, to the frame's bytes. */
  abstract void tails(X64Emitter e);

  /** What {@link #begin} reads at {@link Context.Block#OWN}. */
  abstract byte[] own(PackedWeights.Block block);

  /** Emits the subroutine. */
  final void emit(X64Emitter e) {
    Label plain = new Label();
    Label tails = new Label();
    e.enterSubroutine();
    e.load(CODES, BLOCK, Context.Block.CODES);
    e.load(STRIDE, BLOCK, Context.Block.STRIDE);
    places(e);
    begin(e);
    e.load(COUNT, BLOCK, Context.Block.HALF_STEP);
    e.jumpIfZero(COUNT, plain);
    emitCodes(e, true);
    e.jump(tails);
    e.bind(plain);
    emitCodes(e, false);
    e.bind(tails);
    emitTails(e);
    e.leaveSubroutine();
  }

  private static void places(X64Emitter e) {
    for (int i = 1; i < TO.length; i++) {
      e.load(TO[i], CONTEXT, i == 2 ? Context.PANEL_MIDDLE : Context.PANEL_BYTES);
      e.add(TO[i], TO[i - 1]);
    }
  }

  private void emitCodes(X64Emitter e, boolean halfStep) {
    Label segment = new Label();
    Label whole = new Label();
    Label remainder = new Label();
    Label next = new Label();
    e.load(SEGMENTS, CONTEXT, Context.SEGMENTS);
    e.bind(segment);
    e.load(COUNT, CONTEXT, Context.WHOLE_STEPS);
    e.jumpIfZero(COUNT, remainder);
    e.bind(whole);
    Runnable always = () -> e.add(CODES, STRIDE);
    step(e, halfStep, new Runnable[] {always, always, always, always}, TO, false);
    advance(e);
    e.countDown(COUNT, whole);
    e.bind(remainder);
    e.load(COUNT, CONTEXT, Context.REMAINDER);
    e.jumpIfZero(COUNT, next);
    // What there isn't is read as the last input there is, and masked.
    Runnable[] some = {() -> advanceFrom(e, 2), () -> advanceFrom(e, 3), () -> {}, always};
    step(e, halfStep, some, TO, true);
    advance(e);
    e.bind(next);
    e.countDown(SEGMENTS, segment);
  }

  private static void advanceFrom(X64Emitter e, int inputs) {
    Label fewer = new Label();
    e.jumpIfBelow(COUNT, inputs, fewer);
    e.add(CODES, STRIDE);
    e.bind(fewer);
  }

  private static void advance(X64Emitter e) {
    e.load(OWN_1, CONTEXT, Context.STEP_BYTES);
    for (int to : TO) {
      e.add(to, OWN_1);
    }
  }

  private void emitTails(X64Emitter e) {
    Label done = new Label();
    Label loop = new Label();
    e.load(TAILS, BLOCK, Context.Block.TAILS);
    e.jumpIfZero(TAILS, done);
    // The places have gone to the end of their channels.
    e.load(PANEL, Frame.REGISTER, Frame.PANEL);
    places(e);
    e.load(TAIL_INPUTS, BLOCK, Context.Block.TAIL_INPUTS);
    e.load(CODES, BLOCK, Context.Block.TAIL_WORDS);
    e.bind(loop);
    e.store(TAIL_INPUTS, Frame.REGISTER, Frame.BYTES - 8);
    tails(e);
    e.load(TAIL_INPUTS, Frame.REGISTER, Frame.BYTES - 8);
    emitPlace(e);
    for (int i = 0; i < TO.length; i++) {
      e.add(TO[i], PLACE);
      addTails(e, i);
      e.subtract(TO[i], PLACE);
    }
    e.load(STRIDE, BLOCK, Context.Block.TAIL_STRIDE);
    e.add(CODES, STRIDE);
    e.addImmediate(TAIL_INPUTS, Integer.BYTES);
    e.countDown(TAILS, loop);
    e.bind(done);
  }

  /** Leaves in PLACE where the step of a row's input is, and in vector 4 the bits below its byte. */
  private static void emitPlace(X64Emitter e) {
    int input = OWN_1;
    Label linear = new Label();
    Label both = new Label();
    X64Assembler a = e.assembler;
    e.loadInt(PLACE, TAIL_INPUTS, 0);
    e.move(input, PLACE);
    e.load(OWN_3, CONTEXT, Context.REMAINDER);
    e.jumpIfZero(OWN_3, linear);
    // PLACE is eax, the context edx: the quotient is the segment, the remainder the input in it.
    e.store(CONTEXT, Frame.REGISTER, Frame.BYTES - 16);
    e.load(OWN_3, CONTEXT, Context.SEGMENT_INPUTS);
    e.moveImmediate(CONTEXT, 0);
    a.div32(X64Emitter.machine(OWN_3));
    e.move(input, CONTEXT);
    e.load(CONTEXT, Frame.REGISTER, Frame.BYTES - 16);
    e.load(OWN_3, CONTEXT, Context.SEGMENT_STEPS);
    a.imul(X64Emitter.machine(PLACE), X64Emitter.machine(OWN_3));
    e.move(OWN_3, input);
    e.shiftRight(OWN_3, 2);
    e.add(PLACE, OWN_3);
    e.jump(both);
    e.bind(linear);
    e.shiftRight(PLACE, 2);
    e.bind(both);
    e.load(OWN_3, CONTEXT, Context.STEP_BYTES);
    a.imul(X64Emitter.machine(PLACE), X64Emitter.machine(OWN_3));
    e.shiftLeft(input, 62);
    e.shiftRight(input, 59);
    a.vector(X64Vector.VMOVD_TO_VECTOR, 128, 4, 0, X64Emitter.machine(input));
  }

  /** Adds the tails of 16 channels to the panel. */
  private static void addTails(X64Emitter e, int sixteen) {
    for (int done = 0; done < 16; done += e.lanes()) {
      int displacement = done * STEP_INPUTS;
      e.memory(X64Vector.VPMOVZXBD, 0, 0, Frame.REGISTER, Frame.BYTES + 16 * sixteen + done);
      e.assembler.vpslldByVector(e.length, 0, 0, 4);
      e.memory(X64Vector.VPADDB, 0, 0, TO[sixteen], displacement);
      e.storeVector(0, TO[sixteen], displacement, e.vectorBytes());
    }
  }
}
