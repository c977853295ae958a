package org.ptilmpq.kernels.machine;

import static org.ptilmpq.kernels.machine.LevelFrame.CHANNELS;
import static org.ptilmpq.kernels.machine.LevelFrame.FLIPS;
import static org.ptilmpq.kernels.machine.LevelFrame.HISTORY;
import static org.ptilmpq.kernels.machine.LevelFrame.LOGS;
import static org.ptilmpq.kernels.machine.LevelFrame.LOW_BYTES;
import static org.ptilmpq.kernels.machine.LevelFrame.MEANS;
import static org.ptilmpq.kernels.machine.LevelFrame.REGISTER;
import static org.ptilmpq.kernels.machine.LevelFrame.SYMBOLS;

import org.ptilmpq.kernels.machine.code.Label;

/**
 * Writes the functions that decode the levels of a block, input by input: what is expected of them, the symbols, what
 * is learnt from them, bit planes and tails. docs/format.md, "Compressed files", has the arithmetic; the format's own
 * decoder does the same in Java. Their only argument is a {@link LevelFrame}.
 */
final class LevelCode {

  /** The knowledge about a level when it is decoded. */
  enum Kind {
    /** Nothing: there is one table for all. */
    SINGLE,
    /** How large the levels of its channel and at its input are. */
    ALONE,
    /** Also the levels at neighbouring taps. */
    WITH_TAPS
  }

  private static final int SIGN = 31;

  /** The first of the registers with states. */
  private static final int FIRST_STATE = 6;

  private static final int STATES = 8;

  private final LevelEmitter e;
  private final Emitter g;
  private final Kind kind;
  private final LevelContextCode contexts;
  private final Label fault = new Label();

  LevelCode(LevelEmitter emitter, Kind kind) {
    e = emitter;
    g = emitter.general();
    this.kind = kind;
    contexts = new LevelContextCode(emitter);
  }

  /** Decodes levels at the inputs of all segments from {@link LevelFrame#SEGMENT} on. */
  void emit() {
    Label segment = new Label();
    Label loop = new Label();
    Label listed = new Label();
    Label list = new Label();
    Label escapes = new Label();
    Label escaped = new Label();
    Label end = new Label();
    g.enter();
    g.move(REGISTER, 0);
    g.bind(segment);
    beginSegment(end);
    g.bind(loop);
    switch (kind) {
      case SINGLE -> {}
      case ALONE -> contexts.emitAlone();
      case WITH_TAPS -> contexts.emitWithTaps();
    }
    symbols();
    findEscapes(escapes);
    g.bind(escaped);
    learn();
    e.jumpIfAny(9, list);
    g.bind(listed);
    planes();
    if (kind != Kind.SINGLE) {
      logarithms();
    }
    next(loop);
    g.jump(segment);

    g.bind(escapes);
    takeEscapes(escaped);
    g.bind(list);
    list(listed);
    g.bind(fault);
    g.moveImmediate(0, 1);
    g.store(0, REGISTER, LevelFrame.FAULT);
    g.bind(end);
    g.leave();
  }

  private void beginSegment(Label none) {
    g.load(1, REGISTER, LevelFrame.SEGMENT);
    g.load(0, 1, LevelFrame.SEGMENT_INPUTS);
    g.jumpIfZero(0, none);
    g.store(0, REGISTER, LevelFrame.INPUTS_LEFT);
    g.load(0, 1, LevelFrame.SEGMENT_SHIFT);
    g.storeInt(0, REGISTER, LevelFrame.MEAN_SHIFT);
    g.load(0, 1, LevelFrame.SEGMENT_LOG_COUNT);
    g.store(0, REGISTER, LevelFrame.LOG_COUNT);
    g.load(0, 1, LevelFrame.SEGMENT_LOG_PERIOD);
    g.store(0, REGISTER, LevelFrame.LOG_PERIOD);
    contexts.advance(LevelFrame.SEGMENT, LevelFrame.SEGMENT_BYTES);
  }

  // ---- symbols

  private void symbols() {
    Label loop = new Label();
    Label rest = new Label();
    Label done = new Label();
    for (int i = 0; i < STATES; i++) {
      g.load(FIRST_STATE + i, REGISTER, LevelFrame.STATES + i * Long.BYTES);
    }
    g.load(3, REGISTER, LevelFrame.WORDS);
    g.move(4, REGISTER);
    g.load(0, REGISTER, LevelFrame.EIGHTS);
    g.jumpIfZero(0, rest);
    g.bind(loop);
    for (int i = 0; i < STATES; i++) {
      e.decode(FIRST_STATE + i, 3, 4, i * Integer.BYTES);
    }
    g.addImmediate(4, STATES * Integer.BYTES);
    g.countDown(0, loop);
    g.bind(rest);
    g.load(0, REGISTER, LevelFrame.REST);
    for (int i = 0; i < STATES - 1; i++) {
      g.jumpIfBelow(0, i + 1, done);
      e.decode(FIRST_STATE + i, 3, 4, i * Integer.BYTES);
    }
    g.bind(done);
    for (int i = 0; i < STATES; i++) {
      g.store(FIRST_STATE + i, REGISTER, LevelFrame.STATES + i * Long.BYTES);
    }
    g.store(3, REGISTER, LevelFrame.WORDS);
    g.load(0, REGISTER, LevelFrame.WORDS_END);
    g.jumpIfLess(0, 3, fault);
  }

  private void findEscapes(Label escapes) {
    contexts.constant(1, LevelFrame.ESCAPE);
    e.clear(2);
    Label loop = contexts.beginLoop();
    e.load(0, 4, SYMBOLS);
    e.equal(0, 0, 1);
    e.or(2, 2, 0);
    contexts.endLoop(loop);
    e.jumpIfAny(2, escapes);
  }

  /** Replaces escapes with levels, whose sign is turned where that of the symbols is. */
  private void takeEscapes(Label done) {
    Label loop = new Label();
    Label next = new Label();
    Label escape = new Label();
    Label positive = new Label();
    Label straight = new Label();
    g.move(4, REGISTER);
    g.moveImmediate(6, CHANNELS);
    g.load(3, REGISTER, LevelFrame.ESCAPES);
    g.bind(loop);
    g.loadInt(0, 4, SYMBOLS);
    g.moveImmediate(1, Byte.MIN_VALUE & 0xFFFF_FFFFL);
    g.subtract(0, 1);
    g.jumpIfZero(0, escape);
    g.bind(next);
    g.addImmediate(4, Integer.BYTES);
    g.countDown(6, loop);
    g.store(3, REGISTER, LevelFrame.ESCAPES);
    g.jump(done);

    g.bind(escape);
    g.load(0, REGISTER, LevelFrame.ESCAPES_END);
    g.subtract(0, 3);
    g.jumpIfZero(0, fault);
    g.loadByte(0, 3, 1);
    g.shiftLeft(0, Byte.SIZE);
    g.loadByte(1, 3, 0);
    g.add(0, 1);
    g.addImmediate(3, Short.BYTES);
    g.moveImmediate(1, Short.MAX_VALUE + 1);
    g.jumpIfLess(0, 1, positive);
    g.subtract(0, 1);
    g.subtract(0, 1);
    g.bind(positive);
    g.loadInt(1, 4, FLIPS);
    g.jumpIfZero(1, straight);
    g.moveImmediate(1, 0);
    g.subtract(1, 0);
    g.move(0, 1);
    g.bind(straight);
    g.storeInt(0, 4, SYMBOLS);
    g.jump(next);
  }

  // ---- what is learnt, and what doesn't fit

  /** Turns levels into bytes; what exceeds the width is or-ed in vector 9. */
  private void learn() {
    contexts.constant(6, LevelFrame.MEAN_SHIFT);
    contexts.constant(7, LevelFrame.WIDTH_SHIFT);
    contexts.constant(8, LevelFrame.HALF);
    e.clear(9);
    e.clear(10);
    contexts.constant(11, LevelFrame.MOST);
    contexts.constant(12, LevelFrame.LEAST);
    g.move(0, REGISTER);
    g.load(1, REGISTER, HISTORY);
    Label loop = contexts.beginLoop();
    level();
    if (kind != Kind.SINGLE) {
      e.abs(1, 0);
      e.shiftLeft(1, 1, Byte.SIZE);
      e.add(10, 10, 1);
      e.load(2, 4, MEANS);
      e.subtract(1, 1, 2);
      e.shiftRightBy(1, 1, 6);
      e.add(2, 2, 1);
      e.store(2, 4, MEANS);
    }
    tail();
    e.or(9, 9, 2);
    if (kind != Kind.SINGLE) {
      e.min(1, 0, 11);
      e.max(1, 1, 12);
      e.storeBytes(1, 1, 0);
    }
    e.storeBytes(0, 0, LOW_BYTES);
    g.addImmediate(0, LevelEmitter.LANES);
    g.addImmediate(1, LevelEmitter.LANES);
    contexts.endLoop(loop);
    if (kind != Kind.SINGLE) {
      inputMean();
    }
  }

  /** Computes the level in vector 0. Changes vector 1. */
  private void level() {
    e.load(0, 4, SYMBOLS);
    e.load(1, 4, FLIPS);
    e.xor(0, 0, 1);
    e.subtract(0, 0, 1);
  }

  /** Computes the tail of the level in vector 0, in vector 2. */
  private void tail() {
    e.add(2, 0, 8);
    e.shiftRightBy(2, 2, 7);
  }

  /** Updates the input's mean from the sum of magnitudes in vector 10. */
  private void inputMean() {
    e.sum(0, 10);
    g.load(1, REGISTER, LevelFrame.RECIPROCAL);
    g.multiply(0, 1);
    g.shiftRight(0, LevelFrame.RECIPROCAL_BITS);
    g.load(1, REGISTER, LevelFrame.INPUT_MEAN);
    g.loadInt(2, 1, 0);
    g.add(0, 2);
    g.shiftRight(0, 1);
    g.storeInt(0, 1, 0);
  }

  /** Keeps the tails at an input, for {@link #emitTails}. */
  private void list(Label done) {
    g.load(0, REGISTER, LevelFrame.MAY_LIST);
    g.jumpIfZero(0, fault);
    g.load(1, REGISTER, LevelFrame.LISTED_INPUTS);
    g.load(0, REGISTER, LevelFrame.INPUT);
    g.storeInt(0, 1, 0);
    contexts.advance(LevelFrame.LISTED_INPUTS, Integer.BYTES);
    g.load(1, REGISTER, LevelFrame.LISTED);
    e.load(10, REGISTER, LevelFrame.ALL_TAILS);
    e.load(11, REGISTER, LevelFrame.ALL_LEVELS);
    Label loop = contexts.beginLoop();
    level();
    tail();
    e.shiftRight(1, 0, SIGN);
    e.xor(0, 0, 1);
    e.or(11, 11, 0);
    e.shiftRight(1, 2, SIGN);
    e.xor(1, 1, 2);
    e.or(10, 10, 1);
    e.shiftRight(3, 2, Byte.SIZE);
    e.storeBytes(2, 1, 0);
    e.storeBytes(3, 1, CHANNELS);
    g.addImmediate(1, LevelEmitter.LANES);
    contexts.endLoop(loop);
    e.store(10, REGISTER, LevelFrame.ALL_TAILS);
    e.store(11, REGISTER, LevelFrame.ALL_LEVELS);
    contexts.advance(LevelFrame.LISTED, LevelFrame.LISTED_BYTES);
    g.jump(done);
  }

  private void planes() {
    g.load(3, REGISTER, LevelFrame.PLANES);
    g.load(4, REGISTER, LevelFrame.WORD_BYTES);
    g.load(0, REGISTER, LevelFrame.WIDTH);
    e.packPlanes(REGISTER, LOW_BYTES, 3, 4, 0);
    g.store(3, REGISTER, LevelFrame.PLANES);
  }

  private void logarithms() {
    Label due = new Label();
    Label done = new Label();
    contexts.advance(LevelFrame.LOG_COUNT, -1);
    g.jumpIfZero(0, due);
    g.jump(done);
    g.bind(due);
    g.load(0, REGISTER, LevelFrame.LOG_PERIOD);
    g.store(0, REGISTER, LevelFrame.LOG_COUNT);
    contexts.constant(1, LevelFrame.FOUR);
    contexts.constant(13, LevelFrame.LOG_BASE);
    Label loop = contexts.beginLoop();
    e.load(0, 4, MEANS);
    e.add(0, 0, 1);
    contexts.logarithm(0);
    e.store(0, 4, LOGS);
    contexts.endLoop(loop);
    g.bind(done);
  }

  private void next(Label loop) {
    if (kind != Kind.SINGLE) {
      contexts.advance(LevelFrame.INPUT_MEAN, Integer.BYTES);
      g.load(1, REGISTER, LevelFrame.HISTORY_STEP);
      g.load(0, REGISTER, HISTORY);
      g.add(0, 1);
      g.store(0, REGISTER, HISTORY);
    }
    contexts.advance(LevelFrame.INPUT, 1);
    Label end = new Label();
    contexts.advance(LevelFrame.INPUTS_LEFT, -1);
    g.jumpIfZero(0, end);
    g.jump(loop);
    g.bind(end);
  }

  /**
   * Writes a function that packs the tails of {@link LevelFrame#INPUTS_LEFT} listed inputs, from {@link
   * LevelFrame#LISTED} on, into planes.
   */
  static void emitTails(LevelEmitter e) {
    Emitter g = e.general();
    Label loop = new Label();
    Label narrow = new Label();
    g.enter();
    g.move(REGISTER, 0);
    g.load(6, REGISTER, LevelFrame.LISTED);
    g.load(3, REGISTER, LevelFrame.PLANES);
    g.load(4, REGISTER, LevelFrame.WORD_BYTES);
    g.load(7, REGISTER, LevelFrame.INPUTS_LEFT);
    g.bind(loop);
    g.load(0, REGISTER, LevelFrame.LOW_PLANES);
    e.packPlanes(6, 0, 3, 4, 0);
    g.load(0, REGISTER, LevelFrame.HIGH_PLANES);
    g.jumpIfZero(0, narrow);
    e.packPlanes(6, CHANNELS, 3, 4, 0);
    g.bind(narrow);
    g.addImmediate(6, LevelFrame.LISTED_BYTES);
    g.countDown(7, loop);
    g.leave();
  }
}
