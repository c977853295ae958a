package org.ptilmpq.runtime;

import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;

/** One layer of an execution plan: a kernel that is ready, and who runs it. */
sealed interface Step {

  Layer layer();

  Kernel kernel();

  /** Computes the layer. Allocates nothing. */
  void run(Workspace workspace);

  /**
   * The memory and threads that every step of a session uses.
   *
   * @param tensors every activation, and the network's output
   * @param scratch of the calling thread
   * @param pool the other threads, each with its own scratch
   */
  record Workspace(TensorMemory tensors, Scratch scratch, WorkerPool pool) implements AutoCloseable {

    /** Allocates the form of memory that the kernels require. The pool stays the caller's if that fails. */
    static Workspace allocate(int arenaBytes, int scores, KernelMemory kernels, WorkerPool pool) {
      TensorMemory tensors =
          kernels.nativeTensors() ? TensorMemory.offHeap(arenaBytes, scores) : TensorMemory.onHeap(arenaBytes, scores);
      try {
        return new Workspace(tensors, new Scratch(kernels.scratch()), pool);
      } catch (RuntimeException | Error e) {
        tensors.close();
        throw e;
      }
    }

    /** Ends the threads, and frees what they computed in. */
    @Override
    public void close() {
      pool.close();
      scratch.close();
      tensors.close();
    }
  }

  /** A layer that can't be cut, or is too small to share: waking other threads would take longer. */
  record Alone(Layer layer, Kernel kernel) implements Step {
    @Override
    public void run(Workspace workspace) {
      kernel.run(workspace.tensors, 0, kernel.units(), workspace.scratch);
    }
  }

  /**
   * A layer that all threads compute together.
   *
   * @param chunk units that a thread takes at a time
   */
  record Shared(Layer layer, Kernel kernel, int chunk) implements Step {
    @Override
    public void run(Workspace workspace) {
      workspace.pool.run(kernel, workspace.tensors, chunk, workspace.scratch);
    }
  }
}
