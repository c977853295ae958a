package org.ptilmpq.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Checks the rules of one convolution's sparse tails, down to the last bit. */
final class TailsVerifier {

  private static final String FIELD = "weights.tails";

  private final ModelVerifier.Places places;

  TailsVerifier(ModelVerifier.Places places) {
    this.places = places;
  }

  /** @param index of the operation */
  void verify(int index, Weights weights) throws PqFormatException {
    MemorySegment tails = weights.tails();
    if (!TailPacking.hasTails(weights.groups())) {
      if (tails.byteSize() != 0) {
        throw fault(index, tails.byteSize() + " bytes of tails, but no group has any");
      }
      return;
    }
    long offset = 0;
    for (BitPacking.Block codes : BitPacking.blocks(weights.groups(), weights.inputs())) {
      if (TailPacking.hasTails(codes.group())) {
        int width = codes.width();
        TailPacking.Block block = checkBlock(index, tails, offset, weights.inputs(), width, codes.channels());
        checkLevels(index, weights.codes().asSlice(codes.offset()), block, width);
        offset = block.end();
      }
    }
    if (tails.byteSize() != offset + BitPacking.TAIL) {
      throw fault(index, tails.byteSize() + " bytes, where the blocks make " + (offset + BitPacking.TAIL));
    }
    checkZeros(index, tails, offset, offset + BitPacking.TAIL);
  }

  private TailPacking.Block checkBlock(int index, MemorySegment tails, long offset, int inputs, int width, int channels)
      throws PqFormatException {
    if (offset + TailPacking.BLOCK_HEADER > tails.byteSize()) {
      throw fault(index, tails.byteSize() + " bytes, but a block begins at byte " + offset);
    }
    TailPacking.Block block = TailPacking.Block.at(tails, offset, channels);
    if (block.count() < 0 || block.count() > inputs) {
      throw fault(index, "%d inputs with tails of %d, at byte %d".formatted(block.count(), inputs, offset));
    }
    int most = block.count() == 0 ? 0 : Grid.SparseTails.maxTailPlanes(width);
    if (block.planes() < Math.min(1, block.count()) || block.planes() > most) {
      throw fault(
          index,
          "%d planes of tails above %d bits, at byte %d".formatted(block.planes(), width, offset + Integer.BYTES));
    }
    // With the zeros after the last one, eight bytes can be read at any word.
    if (block.end() + BitPacking.TAIL > tails.byteSize()) {
      throw fault(index, "%d bytes, but a block reaches to byte %d".formatted(tails.byteSize(), block.end()));
    }
    long unused = channels == BitPacking.BLOCK ? 0 : -1L << channels;
    boolean allPlanesUsed = block.planes() <= 1;
    for (int i = 0; i < block.count(); i++) {
      if (block.input(i) < 0 || block.input(i) >= inputs || i > 0 && block.input(i) <= block.input(i - 1)) {
        throw fault(
            index, "input %d of %d in the block at byte %d is not in order".formatted(block.input(i), inputs, offset));
      }
      long any = 0;
      for (int plane = 0; plane < block.planes(); plane++) {
        any |= block.word(i, plane);
      }
      if (any == 0) {
        throw fault(index, "input %d in the block at byte %d has no tail".formatted(block.input(i), offset));
      }
      if ((any & unused) != 0) {
        throw fault(
            index,
            "input %d in the block at byte %d has bits beyond the block's %d channels"
                .formatted(block.input(i), offset, channels));
      }
      allPlanesUsed = allPlanesUsed || block.word(i, block.planes() - 1) != block.word(i, block.planes() - 2);
    }
    if (!allPlanesUsed) {
      throw fault(
          index, "%d planes in the block at byte %d, where fewer would do".formatted(block.planes(), offset));
    }
    checkZeros(index, tails, block.wordsEnd(), block.end());
    return block;
  }

  /** Tails of few planes fit whatever the dense parts are; others only beside the right ones. */
  private void checkLevels(int index, MemorySegment codes, TailPacking.Block block, int width)
      throws PqFormatException {
    if (block.planes() + width < Grid.SparseTails.LEVEL_BITS) {
      return;
    }
    int least = -(1 << Grid.SparseTails.LEVEL_BITS - 1);
    for (int i = 0; i < block.count(); i++) {
      for (int j = 0; j < block.channels(); j++) {
        int dense = BitPacking.code(codes, width, block.channels(), block.input(i), j);
        int level = dense + (block.tail(i, j) << width);
        if (level < least || level >= -least) {
          throw fault(
              index, "level %d at input %d in the block at byte %d".formatted(level, block.input(i), block.offset()));
        }
      }
    }
  }

  private void checkZeros(int index, MemorySegment tails, long from, long end) throws PqFormatException {
    for (long offset = from; offset < end; offset++) {
      if (tails.get(ValueLayout.JAVA_BYTE, offset) != 0) {
        throw fault(index, "byte " + offset + " of them is padding, but not zero");
      }
    }
  }

  private PqFormatException fault(int index, String fault) {
    return places.operation(index, FIELD, fault);
  }
}
