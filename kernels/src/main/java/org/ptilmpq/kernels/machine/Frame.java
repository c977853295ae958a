package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.machine.code.Label;

/**
 * The layout of a function's data in its thread's scratch, whose address is in {@link #REGISTER} throughout: its
 * arguments, room for a tile's sums, and after it the strip and the panel. Constants are byte offsets.
 *
 * <p>Arguments of every function, in the registers 0 to 5: the kernel's {@link Context}, the arena, where results go
 * (the arena or the scores), first row and number of rows (the row in the lower half), first block of channels and
 * the end (likewise), the frame.
 */
final class Frame {

  static final int REGISTER = 5;

  static final int CONTEXT = 0;
  static final int TENSORS = 8;
  static final int OUTPUT = 16;
  static final int FIRST_ROW = 24;
  static final int ROWS = 32;
  static final int BLOCK = 40;
  static final int BLOCKS_LEFT = 48;
  static final int COLUMN = 56;
  static final int COLUMNS_LEFT = 64;
  static final int PANEL = 72;
  static final int ROWS_LEFT = 80;
  static final int PARTS_LEFT = 88;
  static final int INPUT = 96;
  static final int INPUT_SAVED = 104;

  /** Bytes or scores of a block's channels on their way. */
  static final int BYTES = 128;

  /** Sums of a tile, 32 bits each. */
  static final int SUMS = BYTES + 64 * Integer.BYTES;

  /** A tile has 32 pixels of 16 channels at most. */
  static final int STRIP = SUMS + 32 * 16 * Integer.BYTES;

  /** Bytes after a strip or a panel that may be read and written. */
  static final int SLACK = 256;

  private Frame() {}

  /** Keeps the arguments in the frame. */
  static void enter(Emitter e) {
    e.enter();
    e.store(0, REGISTER, CONTEXT);
    e.store(1, REGISTER, TENSORS);
    e.store(2, REGISTER, OUTPUT);
    storeHalves(e, 3, FIRST_ROW, ROWS);
    storeHalves(e, 4, BLOCK, BLOCKS_LEFT);
  }

  /** Adds to a slot. Changes register 6. */
  static void addTo(Emitter e, int slot, int value) {
    e.load(6, REGISTER, slot);
    e.addImmediate(6, value);
    e.store(6, REGISTER, slot);
  }

  /** Subtracts 1 from a slot, and jumps unless the result is 0. Changes register 6. */
  static void countDown(Emitter e, int slot, Label loop) {
    Label done = new Label();
    addTo(e, slot, -1);
    e.jumpIfZero(6, done);
    e.jump(loop);
    e.bind(done);
  }

  private static void storeHalves(Emitter e, int register, int lower, int upper) {
    e.move(6, register);
    e.shiftLeft(6, 32);
    e.shiftRight(6, 32);
    e.store(6, REGISTER, lower);
    e.shiftRight(register, 32);
    e.store(register, REGISTER, upper);
  }
}
