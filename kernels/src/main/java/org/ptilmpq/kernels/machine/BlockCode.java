package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.machine.Context.Block;
import org.ptilmpq.kernels.machine.code.Label;

/** The beginning of a block of channels in functions that go through a layer's weights. */
final class BlockCode {

  private BlockCode() {}

  /**
   * Emits the code that unpacks the block that the frame counts, unless its panel is kept, and leaves in the frame
   * where its columns, its inputs and its panel are. Changes all registers but the frame.
   *
   * @param panel where levels are unpacked to, in bytes from the frame
   */
  static void emit(Emitter e, int panel) {
    Label isKept = new Label();
    Label unpack = new Label();
    e.load(0, Frame.REGISTER, Frame.BLOCK);
    e.multiply(0, 0, Block.BYTES);
    e.load(2, Frame.REGISTER, Frame.CONTEXT);
    e.load(6, 2, Context.BLOCKS);
    e.add(0, 6);
    copyToFrame(e, Block.COLUMN, Frame.COLUMN);
    copyToFrame(e, Block.COLUMNS, Frame.COLUMNS_LEFT);
    e.load(6, 0, Block.INPUT);
    e.add(6, Frame.REGISTER);
    e.addImmediate(6, Frame.STRIP);
    e.store(6, Frame.REGISTER, Frame.INPUT);
    e.move(1, Frame.REGISTER);
    e.addImmediate(1, panel);
    e.store(1, Frame.REGISTER, Frame.PANEL);
    e.load(6, 0, Block.KEPT);
    e.jumpIfZero(6, unpack);
    e.store(6, Frame.REGISTER, Frame.PANEL);
    e.jump(isKept);
    e.bind(unpack);
    e.load(7, 0, Block.UNPACK);
    e.call(7);
    e.bind(isKept);
  }

  private static void copyToFrame(Emitter e, int ofBlock, int slot) {
    e.load(6, 0, ofBlock);
    e.store(6, Frame.REGISTER, slot);
  }
}
