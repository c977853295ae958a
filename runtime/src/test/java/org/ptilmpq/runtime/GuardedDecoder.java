package org.ptilmpq.runtime;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.format.CodedLayer;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.testkit.GuardedMemory;

/**
 * The decoder that kernels have, writing between guard pages, at the upper and the lower one in turn: a byte too far
 * ends the test run. Records what became of the layers.
 */
final class GuardedDecoder implements CodedLayer.Decoder {

  private final CodedLayer.Decoder decoder;

  /** Layers that were decoded. */
  final List<CodedLayer> taken = new ArrayList<>();

  /** How many were not. */
  int refused;

  GuardedDecoder(KernelSet kernels) {
    decoder = new ModelSource.KernelTableDecoder(kernels.levelDecoder().orElseThrow());
  }

  @Override
  public boolean decode(CodedLayer layer) {
    boolean atEnd = taken.size() % 2 == 0;
    try (GuardedMemory codes = guarded(layer.codes().byteSize(), atEnd);
        GuardedMemory tails = guarded(layer.tails().byteSize(), atEnd)) {
      if (!decoder.decode(with(layer, layer.words(), layer.escapes(), codes.segment(), tails.segment()))) {
        refused++;
        return false;
      }
      layer.codes().copyFrom(codes.segment());
      layer.tails().copyFrom(tails.segment());
      taken.add(layer);
      return true;
    }
  }

  private static GuardedMemory guarded(long bytes, boolean atEnd) {
    return atEnd ? GuardedMemory.endingAtGuard(bytes, Long.BYTES) : GuardedMemory.startingAtGuard(bytes);
  }

  /** A layer with other counts, and other memory to be decoded into. */
  static CodedLayer with(CodedLayer layer, int words, int escapes, MemorySegment codes, MemorySegment tails) {
    return new CodedLayer(
        layer.inputs(),
        layer.inputChannels(),
        layer.kernelWidth(),
        layer.blocks(),
        layer.logMean(),
        layer.mean(),
        layer.firstOctave(),
        layer.frequencies(),
        layer.tableOf(),
        layer.stream(),
        words,
        escapes,
        codes,
        tails);
  }
}
