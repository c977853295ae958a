package org.ptilmpq.runtime;

import java.util.List;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.ScratchSize;

/**
 * What kernels want of memory beside weights and activations; known from shapes alone.
 *
 * @param nativeTensors whether activations and scores are outside of the Java heap
 * @param scratch what one thread needs for the largest step
 * @param prepared native bytes that all kernels together hold while they can run, at most
 */
record KernelMemory(boolean nativeTensors, ScratchSize scratch, long prepared) {

  /** Of a network without a step. */
  static KernelMemory none(KernelSet kernels) {
    return of(List.of(), kernels);
  }

  /** Of these steps. */
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
