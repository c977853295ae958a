package org.ptilmpq.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ptilmpq.testkit.GuardedMemory;

/**
 * Tensors and scratch in the form that a kernel set requires. Native memory lies next to pages that can't be touched:
 * the process ends at a read beyond the slack, or at a read before the first byte, whichever edge was requested. The
 * slack is rubbish, which no result may depend on, and has to be the same rubbish in the end. Scratch has exactly the
 * requested size and is also full of rubbish.
 */
final class TestMemory implements AutoCloseable {

  private static final byte RUBBISH = 0x5E;

  /** Which edge of tensors is exact. */
  enum Edge {
    START,
    END
  }

  private final List<GuardedMemory> guarded = new ArrayList<>();
  private final List<MemorySegment> slacks = new ArrayList<>();
  private final KernelSet set;
  private final Edge edge;
  private final TensorMemory tensors;

  /** Makes memory with copies of an arena and of scores. */
  TestMemory(KernelSet set, byte[] arena, float[] scores, Edge edge) {
    this.set = set;
    this.edge = edge;
    if (!set.usesNativeMemory()) {
      tensors = TensorMemory.of(arena.clone(), scores.clone());
      return;
    }
    MemorySegment nativeArena = allocate(arena.length, edge, 1);
    MemorySegment nativeScores = allocate((long) Float.BYTES * scores.length, edge, Float.BYTES);
    MemorySegment.copy(arena, 0, nativeArena, ValueLayout.JAVA_BYTE, 0, arena.length);
    MemorySegment.copy(scores, 0, nativeScores, ValueLayout.JAVA_FLOAT, 0, scores.length);
    tensors = TensorMemory.of(nativeArena, nativeScores);
  }

  private MemorySegment allocate(long bytes, Edge edge, long alignment) {
    long all = bytes + TensorMemory.SLACK;
    GuardedMemory memory =
        edge == Edge.START ? GuardedMemory.startingAtGuard(all) : GuardedMemory.endingAtGuard(all, alignment);
    guarded.add(memory);
    slacks.add(memory.segment().asSlice(bytes));
    memory.segment().fill(RUBBISH);
    return memory.segment().asSlice(0, bytes);
  }

  /**
   * Returns the computation with its weights next to such a page, where they are native; nothing beyond them may be
   * read.
   */
  KernelSpec guarded(KernelSpec spec) {
    if (!set.usesNativeMemory() || !(spec instanceof KernelSpec.Convolution c)) {
      return spec;
    }
    PackedWeights weights = c.weights().in(guarded(c.weights().codes()), guarded(c.weights().tails()));
    return new KernelSpec.Convolution(
        c.input(),
        c.residual(),
        c.output(),
        c.floatScores(),
        c.window(),
        c.groups(),
        weights,
        c.scales(),
        c.biases(),
        c.low(),
        c.high());
  }

  private MemorySegment guarded(MemorySegment bytes) {
    long size = bytes.byteSize();
    GuardedMemory memory =
        edge == Edge.START ? GuardedMemory.startingAtGuard(size) : GuardedMemory.endingAtGuard(size, 1);
    guarded.add(memory);
    return memory.segment().copyFrom(bytes);
  }

  TensorMemory tensors() {
    return tensors;
  }

  /** The scratch of one thread, for as long as this memory. */
  Scratch scratch(KernelSpec spec) {
    ScratchSize size = set.scratch(spec);
    MemorySegment nativeMemory =
        size.nativeBytes() == 0 ? MemorySegment.NULL : allocate(size.nativeBytes(), Edge.END, 64);
    Scratch scratch = new Scratch(size, nativeMemory);
    Arrays.fill(scratch.floats(), Float.NaN);
    Arrays.fill(scratch.ints(), 0x5EED5EED);
    Arrays.fill(scratch.shorts(), (short) 0x5EED);
    Arrays.fill(scratch.bytes(), RUBBISH);
    return scratch;
  }

  /** A copy of the arena. */
  byte[] arena() {
    byte[] copy = new byte[tensors.arenaBytes()];
    tensors.read(0, copy, 0, copy.length);
    return copy;
  }

  /** A copy of the scores. */
  float[] scores() {
    float[] copy = new float[tensors.scoreCount()];
    tensors.readScores(copy);
    return copy;
  }

  /** Fails if anything was written where kernels may only read. */
  void checkSlack() {
    for (MemorySegment slack : slacks) {
      for (long i = 0; i < slack.byteSize(); i++) {
        if (slack.get(ValueLayout.JAVA_BYTE, i) != RUBBISH) {
          throw new AssertionError("byte " + i + " of the slack was written");
        }
      }
    }
  }

  @Override
  public void close() {
    guarded.forEach(GuardedMemory::close);
  }
}
