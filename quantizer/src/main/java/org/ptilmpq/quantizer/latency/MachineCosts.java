package org.ptilmpq.quantizer.latency;

import jdk.incubator.vector.ShortVector;
import org.ptilmpq.kernels.KernelCosts;
import org.ptilmpq.kernels.KernelProvider;

/** Costs to go by when nobody names a device: the standard ones of the vectors that this machine would run with. */
public final class MachineCosts {

  private MachineCosts() {}

  /** Of this machine, or of the width that {@code -Dptilmpq.vector.bits} asks for. */
  public static KernelCosts standard() {
    int preferred = ShortVector.SPECIES_PREFERRED.vectorBitSize();
    return KernelCosts.standard(Integer.getInteger(KernelProvider.VECTOR_BITS_PROPERTY, preferred));
  }
}
