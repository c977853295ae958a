package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.machine.Context.Block;
import org.ptilmpq.kernels.machine.code.A64Assembler;
import org.ptilmpq.kernels.machine.code.A64Memory;
import org.ptilmpq.kernels.machine.code.A64Memory.Pair;
import org.ptilmpq.kernels.machine.code.A64Vector;
import org.ptilmpq.kernels.machine.code.A64Vector.Lanes;
import org.ptilmpq.kernels.machine.code.Label;

/**
 * Unpacking of bit planes to the panel with NEON, one step of inputs at a time. Each input's codes become a row of 64
 * bytes in the frame: the bytes of a plane's word are spread over the channels ({@code tbl}), each channel's bit is
 * tested ({@code cmtst}) and put above the ones of lower planes ({@code sli}), the highest one filling the rest of the
 * byte as its sign. Where an input has tails, they are added to its row. Then the rows of a step are written in the
 * order of the panel.
 */
final class NeonUnpacking {

  /** Where {@link StepWriter} finds rows of {@link #ROW_BYTES}, from the frame on, and writes the step to. */
  static final int ROWS = Frame.SUMS;

  static final int ROW_BYTES = PackedWeights.BLOCK;
  static final int PANEL = 1;
  static final int CONTEXT = 2;

  /** Registers that it may change, besides vectors. */
  static final int FREE_1 = 6;

  static final int FREE_2 = 7;
  static final int FREE_3 = 11;
  static final int FREE_4 = 14;

  private static final int BLOCK = 0;
  private static final int CODES = 3;
  private static final int STRIDE = 4;

  /** Planes of a code, the address of the lowest one, and bytes from one to the next. */
  private static final int PLANES = 6;

  private static final int AT = 7;
  private static final int WORD = 9;

  /** The input that has the next tails, −1 where none has; the input of the row; rows of the step. */
  private static final int TAIL_INPUT = 8;

  private static final int INPUT = 10;
  private static final int LEFT = 11;

  private static final int SEGMENTS = 12;

  /** Inputs that the segment still has. */
  private static final int INPUTS = 13;

  private static final int ROW = 14;
  private static final int TEMPORARY = 15;

  /** Slots of the frame: the next tails' input in the list, their words, how many there are. */
  private static final int TAIL_INPUTS_SLOT = Frame.BYTES;

  private static final int TAIL_WORDS_SLOT = Frame.BYTES + 8;
  private static final int TAILS_SLOT = Frame.BYTES + 16;

  /** Vectors of a row: its codes, its tails, bits of a plane; a word; constants. */
  private static final int VECTORS = ROW_BYTES / 16;

  private static final int CODE = 0;
  private static final int TAIL = 4;
  private static final int BIT = 8;
  private static final int WORD_VECTOR = 12;
  private static final int SPREAD = 24;
  private static final int BITS = 28;

  private static final int SPREAD_AT = Block.OWN;
  private static final int BITS_AT = Block.OWN + 64;

  private final NeonEmitter e;
  private final A64Assembler a;
  private final int stepInputs;
  private final StepWriter writer;

  /**
   * Emits the code that writes the rows of a step to the four times 16 channels of the panel, {@link Context#PANEL_16}
   * apart.
   */
  interface StepWriter {
    void emit();
  }

  NeonUnpacking(NeonEmitter emitter, int stepInputs, StepWriter writer) {
    e = emitter;
    a = emitter.assembler;
    this.stepInputs = stepInputs;
    this.writer = writer;
  }

  /** Constants: which byte of a word each channel's bit is in, and which bit of it. */
  static byte[] own() {
    byte[] own = new byte[80];
    for (int channel = 0; channel < ROW_BYTES; channel++) {
      own[channel] = (byte) (channel / 8);
    }
    for (int i = 0; i < 16; i++) {
      own[64 + i] = (byte) (1 << i % 8);
    }
    return own;
  }

  /** Emits the subroutine. */
  void emit() {
    Label segment = new Label();
    Label step = new Label();
    e.enterSubroutine();
    for (int v = 0; v < VECTORS; v++) {
      e.loadVector(SPREAD + v, BLOCK, SPREAD_AT + 16 * v);
    }
    e.loadVector(BITS, BLOCK, BITS_AT);
    e.load(CODES, BLOCK, Block.CODES);
    e.load(STRIDE, BLOCK, Block.STRIDE);
    e.load(WORD, BLOCK, Block.WORD);
    beginTails();
    e.moveImmediate(INPUT, 0);
    e.load(SEGMENTS, CONTEXT, Context.SEGMENTS);
    e.bind(segment);
    e.load(INPUTS, CONTEXT, Context.SEGMENT_INPUTS);
    e.bind(step);
    emitStep();
    a.cbnz(INPUTS, step);
    e.countDown(SEGMENTS, segment);
    e.leaveSubroutine();
  }

  /** Emits rows of as many inputs as there are, 0 in the others; and the step. */
  private void emitStep() {
    Label isWhole = new Label();
    Label row = new Label();
    Label empty = new Label();
    Label full = new Label();
    e.moveImmediate(LEFT, stepInputs);
    e.jumpIfLess(LEFT, INPUTS, isWhole);
    e.move(LEFT, INPUTS);
    e.bind(isWhole);
    e.subtract(INPUTS, LEFT);
    e.moveImmediate(TEMPORARY, stepInputs);
    e.subtract(TEMPORARY, LEFT);
    a.addImmediate(ROW, Frame.REGISTER, ROWS);
    e.bind(row);
    emitRow();
    e.countDown(LEFT, row);
    e.jumpIfZero(TEMPORARY, full);
    e.clear(CODE);
    e.clear(CODE + 1);
    e.bind(empty);
    a.pairPost(Pair.STP_Q, CODE, CODE + 1, ROW, 32);
    a.pairPost(Pair.STP_Q, CODE, CODE + 1, ROW, 32);
    e.countDown(TEMPORARY, empty);
    e.bind(full);
    writer.emit();
  }

  private void emitRow() {
    Label isWhole = new Label();
    Label hasNone = new Label();
    e.load(PLANES, BLOCK, Block.WIDTH);
    e.move(AT, CODES);
    e.add(CODES, STRIDE);
    emitNumbers(CODE);
    e.load(PLANES, BLOCK, Block.HALF_STEP);
    e.jumpIfZero(PLANES, isWhole);
    e.moveImmediate(PLANES, 1);
    a.dup(Lanes.B16, BIT, PLANES);
    for (int v = 0; v < VECTORS; v++) {
      bytes(A64Vector.ADD, CODE + v, CODE + v, CODE + v);
      bytes(A64Vector.ADD, CODE + v, CODE + v, BIT);
    }
    e.bind(isWhole);
    a.cmp(INPUT, TAIL_INPUT);
    a.b(A64Assembler.NE, hasNone);
    addTails();
    e.bind(hasNone);
    e.addImmediate(INPUT, 1);
    a.pairPost(Pair.STP_Q, CODE, CODE + 1, ROW, 32);
    a.pairPost(Pair.STP_Q, CODE + 2, CODE + 3, ROW, 32);
  }

  /** Emits the signed numbers of 64 channels from their PLANES planes, up to eight of which a byte has. */
  private void emitNumbers(int to) {
    Label none = new Label();
    Label done = new Label();
    e.jumpIfZero(PLANES, none);
    for (int plane = 0; plane < Byte.SIZE; plane++) {
      a.ld1Post(Lanes.B8, WORD_VECTOR, AT, WORD);
      int bits = plane == 0 ? to : BIT;
      for (int v = 0; v < VECTORS; v++) {
        bytes(A64Vector.TBL, bits + v, WORD_VECTOR, SPREAD + v);
      }
      for (int v = 0; v < VECTORS; v++) {
        bytes(A64Vector.CMTST, bits + v, bits + v, BITS);
      }
      for (int v = 0; v < VECTORS && plane > 0; v++) {
        a.sli(Lanes.B16, to + v, bits + v, plane);
      }
      if (plane < Byte.SIZE - 1) {
        a.subs(PLANES, PLANES, 1);
        a.b(A64Assembler.EQ, done);
      }
    }
    e.jump(done);
    e.bind(none);
    for (int v = 0; v < VECTORS; v++) {
      e.clear(to + v);
    }
    e.bind(done);
  }

  private void bytes(A64Vector instruction, int to, int first, int second) {
    a.vector(instruction, Lanes.B16, to, first, second);
  }

  private void beginTails() {
    Label done = new Label();
    e.moveImmediate(TAIL_INPUT, -1);
    e.load(TEMPORARY, BLOCK, Block.TAILS);
    e.store(TEMPORARY, Frame.REGISTER, TAILS_SLOT);
    e.jumpIfZero(TEMPORARY, done);
    e.load(TEMPORARY, BLOCK, Block.TAIL_WORDS);
    e.store(TEMPORARY, Frame.REGISTER, TAIL_WORDS_SLOT);
    e.load(TEMPORARY, BLOCK, Block.TAIL_INPUTS);
    e.store(TEMPORARY, Frame.REGISTER, TAIL_INPUTS_SLOT);
    e.loadInt(TAIL_INPUT, TEMPORARY, 0);
    e.bind(done);
  }

  /** Adds the tails of the row, above the bits of its codes, and goes on to the next ones. */
  private void addTails() {
    Label done = new Label();
    e.load(PLANES, BLOCK, Block.TAIL_WIDTH);
    e.load(AT, Frame.REGISTER, TAIL_WORDS_SLOT);
    e.load(TAIL_INPUT, BLOCK, Block.TAIL_STRIDE);
    e.add(TAIL_INPUT, AT);
    e.store(TAIL_INPUT, Frame.REGISTER, TAIL_WORDS_SLOT);
    emitNumbers(TAIL);
    e.load(PLANES, BLOCK, Block.WIDTH);
    a.dup(Lanes.B16, BIT, PLANES);
    for (int v = 0; v < VECTORS; v++) {
      bytes(A64Vector.USHL, TAIL + v, TAIL + v, BIT);
      bytes(A64Vector.ADD, CODE + v, CODE + v, TAIL + v);
    }
    e.moveImmediate(TAIL_INPUT, -1);
    e.load(PLANES, Frame.REGISTER, TAILS_SLOT);
    e.addImmediate(PLANES, -1);
    e.store(PLANES, Frame.REGISTER, TAILS_SLOT);
    e.jumpIfZero(PLANES, done);
    e.load(AT, Frame.REGISTER, TAIL_INPUTS_SLOT);
    a.memoryPre(A64Memory.LDR_W, TAIL_INPUT, AT, Integer.BYTES);
    e.store(AT, Frame.REGISTER, TAIL_INPUTS_SLOT);
    e.bind(done);
  }
}
