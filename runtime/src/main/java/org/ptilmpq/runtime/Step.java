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
   * What every step of a session works in.
   *
   * @param tensors every activation, and the network's output
   * @param scratch of the calling thread
   * @param pool the other threads, each with its own scratch
   */
  record Workspace(TensorMemory tensors, Scratch scratch, WorkerPool pool) {}

  /** A layer too small to share, or one that can't be cut: waking other threads would take longer. */
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
