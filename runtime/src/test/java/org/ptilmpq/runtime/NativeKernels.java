package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.TensorMemory;

/**
 * Stands in for machine code wherever there is none: kernels that want native tensors and scratch, and hold native
 * memory until they are closed. They let other kernels compute on copies, one thread after the other. Counts what is
 * open.
 */
final class NativeKernels implements KernelSet {

  static final int SCRATCH = 1000;
  static final int TABLE = 10_000;

  private final KernelSet kernels;

  /** Kernels that are prepared and not closed. */
  final AtomicInteger open = new AtomicInteger();

  /** How many can be prepared until one says that its sums are too large. */
  int preparable = Integer.MAX_VALUE;

  /** @param kernels which compute */
  NativeKernels(KernelSet kernels) {
    this.kernels = kernels;
  }

  @Override
  public String name() {
    return "native " + kernels.name();
  }

  @Override
  public boolean usesNativeMemory() {
    return true;
  }

  @Override
  public ScratchSize scratch(KernelSpec spec) {
    return kernels.scratch(spec).max(ScratchSize.ofNative(SCRATCH));
  }

  @Override
  public long preparedBytes(KernelSpec spec) {
    return TABLE;
  }

  @Override
  public synchronized Kernel prepare(KernelSpec spec) {
    if (preparable-- == 0) {
      throw new ArithmeticException("a sum can leave 32 bits");
    }
    return new NativeKernel(kernels.prepare(spec));
  }

  private final class NativeKernel implements Kernel {

    private final Kernel kernel;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment table = arena.allocate(TABLE);

    NativeKernel(Kernel kernel) {
      this.kernel = kernel;
      open.incrementAndGet();
    }

    @Override
    public int units() {
      return kernel.units();
    }

    @Override
    public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
      assertThat(tensors.isNative()).isTrue();
      scratch.nativeMemory().set(ValueLayout.JAVA_BYTE, SCRATCH - 1, table.get(ValueLayout.JAVA_BYTE, TABLE - 1));
      byte[] bytes = new byte[tensors.arenaBytes()];
      float[] scores = new float[tensors.scoreCount()];
      // What other threads write meanwhile must not be lost.
      synchronized (NativeKernels.this) {
        tensors.read(0, bytes, 0, bytes.length);
        tensors.readScores(scores);
        kernel.run(TensorMemory.of(bytes, scores), first, end, scratch);
        tensors.write(bytes, 0, 0, bytes.length);
        MemorySegment.copy(scores, 0, tensors.scoreSegment(), ValueLayout.JAVA_FLOAT, 0, scores.length);
      }
    }

    @Override
    public String method() {
      return "native " + kernel.method();
    }

    @Override
    public void close() {
      if (arena.scope().isAlive()) {
        arena.close();
        open.decrementAndGet();
      }
    }
  }
}
