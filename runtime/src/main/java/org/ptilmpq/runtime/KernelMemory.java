package org.ptilmpq.runtime;

import java.util.List;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.ScratchSize;

/**
 * The memory that kernels need besides weights and activations; known from shapes alone.
 *
 * @param nativeTensors whether activations and scores are outside of the Java heap
 * @param scratch what one thread needs for the largest step
 * @param prepared native bytes that all kernels together hold while they can run, at most
 */
record KernelMemory(boolean nativeTensors, ScratchSize scratch, long prepared) {

  /** Returns the memory for a network without steps. */
  static KernelMemory none(KernelSet kernels) {
    return of(List.of(), kernels);
  }

  /** Returns the memory for these steps. */
  static KernelMemory of(List<KernelSpec> specs, KernelSet kernels) {
    ScratchSize scratch = ScratchSize.NONE;
    long prepared = 0;
    for (KernelSpec spec : specs) {
      scratch = scratch.max(kernels.scratch(spec));
      prepared += kernels.preparedBytes(spec);
    }
    return new KernelMemory(kernels.usesNativeMemory(), scratch, prepared);
  }
}
