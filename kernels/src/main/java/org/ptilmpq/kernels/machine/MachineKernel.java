package org.ptilmpq.kernels.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.machine.code.NativeCalls;

/**
 * A function and the data that it reads: called once for the strips and blocks of channels that a thread does. A unit
 * of work is a block of a strip.
 */
final class MachineKernel implements Kernel {

  private final String method;
  private final Code code;
  private final Work work;
  private final Arena arena;
  private final MemorySegment context;

  /**
   * A function that is ready.
   *
   * @param address for calls
   * @param bytes its instructions
   */
  record Code(MemorySegment address, byte[] bytes) {}

  /**
   * How the work is cut.
   *
   * @param height output rows
   * @param stripRows output rows of a strip
   * @param blocks of channels, 1 where channels aren't cut
   * @param arenaBytes that the arena must have at least
   * @param scores that there must be at least, where results are scores; else 0
   * @param scratchBytes that the frame needs
   */
  record Work(int height, int stripRows, int blocks, long arenaBytes, int scores, long scratchBytes) {}

  /**
   * @param arena the context's, closed with the kernel
   */
  MachineKernel(String method, Code code, Work work, Arena arena, MemorySegment context) {
    this.method = method;
    this.code = code;
    this.work = work;
    this.arena = arena;
    this.context = context;
  }

  @Override
  public int units() {
    return Math.ceilDiv(work.height, work.stripRows) * work.blocks;
  }

  /**
   * One piece per thread: each copies its strips once, and threads don't write to neighbouring lines of the cache, as
   * they would with a block of channels each in turn.
   */
  @Override
  public int chunk(int threads) {
    return Math.ceilDiv(units(), threads);
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public byte[] code() {
    return code.bytes.clone();
  }

  @Override
  public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
    check(tensors, first, end, scratch);
    long frame = scratch.nativeMemory().address();
    long output = work.scores > 0 ? tensors.scoresAddress() : tensors.arenaAddress();
    for (int unit = first; unit < end; ) {
      int strip = unit / work.blocks;
      int block = unit % work.blocks;
      int blocks = Math.min(end - unit, work.blocks - block);
      int row = strip * work.stripRows;
      int rows = Math.min(work.stripRows, work.height - row);
      NativeCalls.invoke(
          code.address,
          context.address(),
          tensors.arenaAddress(),
          output,
          row | (long) rows << 32,
          block | (long) blocks << 32,
          frame);
      unit += blocks;
    }
  }

  /** One address out of bounds ends the virtual machine, so everything that a function assumes is checked before. */
  private void check(TensorMemory tensors, int first, int end, Scratch scratch) {
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException("the kernel is closed");
    }
    if (first < 0 || end > units()) {
      throw new IndexOutOfBoundsException("units %d to %d of %d".formatted(first, end, units()));
    }
    if (tensors.arenaBytes() < work.arenaBytes
        || tensors.scoreSegment().byteSize() < (long) work.scores * Float.BYTES) {
      throw new IndexOutOfBoundsException("the tensors don't fit the arena or the scores");
    }
    if (scratch.nativeMemory().byteSize() < work.scratchBytes) {
      throw new IndexOutOfBoundsException("the scratch has fewer bytes than the kernel asked for");
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
