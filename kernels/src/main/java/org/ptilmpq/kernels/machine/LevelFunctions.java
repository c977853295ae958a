package org.ptilmpq.kernels.machine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.ptilmpq.kernels.LevelDecoder;
import org.ptilmpq.kernels.LevelDecoder.CodedLevels;
import org.ptilmpq.kernels.machine.CodeCache.CodeKey;
import org.ptilmpq.kernels.machine.code.NativeCalls;

/** The functions that work on levels when a model is opened, each written when the first layer needs it. */
final class LevelFunctions implements LevelDecoder {

  private final Target target;
  private final CodeCache codes;

  /** The decoder of each kind, as far as it was requested: each block requests it some ten times. */
  private final MemorySegment[] decoders = new MemorySegment[LevelCode.Kind.values().length];

  private MemorySegment tails;
  private MemorySegment counts;

  /** Memory that layers were decoded in. */
  private final Deque<MemorySegment> free = new ArrayDeque<>();

  LevelFunctions(Target target, CodeCache codes) {
    this.target = target;
    this.codes = codes;
  }

  synchronized MemorySegment decode(LevelCode.Kind kind) {
    MemorySegment function = decoders[kind.ordinal()];
    if (function == null) {
      function = function(new CodeKey("levels").and(kind.ordinal()), e -> new LevelCode(e, kind).emit());
      decoders[kind.ordinal()] = function;
    }
    return function;
  }

  synchronized MemorySegment tails() {
    if (tails == null) {
      tails = function(new CodeKey("tails"), LevelCode::emitTails);
    }
    return tails;
  }

  synchronized MemorySegment planeCounts() {
    if (counts == null) {
      counts = function(new CodeKey("counts"), PlaneCountCode::emit);
    }
    return counts;
  }

  private MemorySegment function(CodeKey key, Consumer<LevelEmitter> function) {
    return codes.get(
            key,
            () -> {
              LevelEmitter emitter = target.levelEmitter();
              function.accept(emitter);
              return emitter.general().code();
            })
        .address();
  }

  @Override
  public boolean decode(CodedLevels levels) {
    if (!LevelStream.fits(levels)) {
      return false;
    }
    MemorySegment pages = pages(LevelStream.mappedBytes(levels));
    try {
      return new LevelStream(levels, this, SegmentAllocator.slicingAllocator(pages)).decode();
    } finally {
      keep(pages);
    }
  }

  private synchronized void keep(MemorySegment pages) {
    free.add(pages);
  }

  /** Returns the pages of an earlier layer, if those are enough, else new ones. */
  private synchronized MemorySegment pages(long bytes) {
    MemorySegment kept = free.poll();
    if (kept == null) {
      return NativeCalls.mapWritable(bytes);
    }
    if (kept.byteSize() >= bytes) {
      return kept;
    }
    NativeCalls.unmap(kept);
    return NativeCalls.mapWritable(bytes);
  }

  @Override
  public synchronized void close() {
    for (MemorySegment pages = free.poll(); pages != null; pages = free.poll()) {
      NativeCalls.unmap(pages);
    }
  }

  @Override
  public long scratchBytes(int inputs, int inputChannels, long streamBytes, long tailBytes) {
    return LevelStream.touchedBytes(inputs, inputChannels, streamBytes, tailBytes);
  }
}
