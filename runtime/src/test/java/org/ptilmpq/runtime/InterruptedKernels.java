package org.ptilmpq.runtime;

import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;

/** Kernels that do something else before they compute, on whatever set the machine has. */
final class InterruptedKernels extends ForwardingKernels {

  private final Runnable before;

  InterruptedKernels(KernelSet kernels, Runnable before) {
    super(kernels);
    this.before = before;
  }

  @Override
  public Kernel prepare(KernelSpec spec) {
    Kernel kernel = super.prepare(spec);
    return new Kernel() {
      @Override
      public int units() {
        return kernel.units();
      }

      @Override
      public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
        before.run();
        kernel.run(tensors, first, end, scratch);
      }

      @Override
      public String method() {
        return kernel.method();
      }

      @Override
      public void close() {
        kernel.close();
      }
    };
  }
}
