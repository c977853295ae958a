package org.ptilmpq.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ptilmpq.format.entropy.AdaptiveLevels;
import org.ptilmpq.format.entropy.BinaryCoder;
import org.ptilmpq.format.entropy.LevelContexts;
import org.ptilmpq.format.entropy.RansDecoder;

/** Decodes the levels of one layer into the packed form. */
final class LayerDecoder {

  private final LayerShape shape;
  private final LayerHead head;
  private final BlockPacker packer;
  private final MemorySegment tails;
  private final int[] row = new int[BitPacking.BLOCK];

  /**
   * @param codes filled with zeros, of the length that follows from the groups
   * @param tails of the length that the head states
   */
  LayerDecoder(LayerShape shape, LayerHead head, MemorySegment codes, MemorySegment tails) {
    this.shape = shape;
    this.head = head;
    this.packer = new BlockPacker(shape.inputs(), codes);
    this.tails = tails;
  }

  void withTables(MemorySegment stream) throws PqFormatException {
    RansDecoder decoder =
        new RansDecoder(
            head.tables(),
            shape.contexts(head.logMean()),
            head.logMean(),
            stream.toArray(ValueLayout.JAVA_BYTE),
            head.words(),
            head.escapes());
    for (LayerShape.Block block : shape.blocks()) {
      decoder.startBlock(block.channels());
      packer.startBlock(block.group(), block.channels());
      for (int input = 0; input < shape.inputs(); input++) {
        if (!decoder.row(input, block.channels(), row)) {
          throw new PqFormatException("the stream of levels is too short");
        }
        packer.row(input, row);
      }
      packer.finishBlock();
    }
    if (!decoder.isFinished()) {
      throw new PqFormatException("the stream of levels does not end where the levels do");
    }
    finishTails();
  }

  /** @param coder positioned after the levels of the previous layer */
  void adaptively(BinaryCoder coder, AdaptiveLevels model) throws PqFormatException {
    LevelContexts contexts = shape.contexts(head.logMean());
    for (LayerShape.Block block : shape.blocks()) {
      contexts.startBlock(block.channels());
      packer.startBlock(block.group(), block.channels());
      for (int input = 0; input < shape.inputs(); input++) {
        contexts.prepare(input);
        model.row(coder, contexts, input, block.channels(), row);
        packer.row(input, row);
        contexts.learn(input, row);
      }
      packer.finishBlock();
    }
    finishTails();
  }

  private void finishTails() throws PqFormatException {
    byte[] packed = packer.finishTails();
    if (packed.length != tails.byteSize()) {
      throw new PqFormatException(
          "the tails take " + packed.length + " bytes, not the " + tails.byteSize() + " that were announced");
    }
    MemorySegment.copy(packed, 0, tails, ValueLayout.JAVA_BYTE, 0, packed.length);
  }
}
