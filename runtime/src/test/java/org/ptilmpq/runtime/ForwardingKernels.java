package org.ptilmpq.runtime;

import java.util.Optional;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.LevelDecoder;
import org.ptilmpq.kernels.ScratchSize;

/** Kernels that forward to others, so that a test states only what it wants different. Does not close the others. */
class ForwardingKernels implements KernelSet {

  private final KernelSet kernels;

  ForwardingKernels(KernelSet kernels) {
    this.kernels = kernels;
  }

  @Override
  public String name() {
    return kernels.name();
  }

  @Override
  public boolean usesNativeMemory() {
    return kernels.usesNativeMemory();
  }

  @Override
  public ScratchSize scratch(KernelSpec spec) {
    return kernels.scratch(spec);
  }

  @Override
  public long preparedBytes(KernelSpec spec) {
    return kernels.preparedBytes(spec);
  }

  @Override
  public Kernel prepare(KernelSpec spec) {
    return kernels.prepare(spec);
  }

  @Override
  public Optional<LevelDecoder> levelDecoder() {
    return kernels.levelDecoder();
  }
}
