package org.ptilmpq.bench;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.ptilmpq.kernels.KernelProvider;

/**
 * The vectors that limits are measured with: as wide as the kernels', which {@code -Dptilmpq.vector.bits} says for
 * both. The species are static and final, or the JIT would make every vector an object.
 */
final class VectorWidth {

  private static final VectorShape SHAPE = VectorShape.forBitSize(KernelProvider.vectorBits());
  static final VectorSpecies<Float> FLOAT = FloatVector.SPECIES_PREFERRED.withShape(SHAPE);
  static final VectorSpecies<Short> SHORT = ShortVector.SPECIES_PREFERRED.withShape(SHAPE);

  private VectorWidth() {}

  /** Bits of a vector: 128, 256 or 512. */
  static int bits() {
    return SHAPE.vectorBitSize();
  }

  /** Bits of the widest vector that this machine's instructions take. */
  static int machineBits() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize();
  }
}
