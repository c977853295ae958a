package org.ptilmpq.quantizer.reference;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Adds one run of elements to another. The compiler doesn't vectorize a plain loop over two places of what may be one
 * array.
 */
final class VectorSum {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private VectorSum() {}

  /** {@code target[targetOffset + i] += values[offset + i]} for the first {@code count} i. */
  static void add(float[] values, int offset, int count, float[] target, int targetOffset) {
    int vectorEnd = SPECIES.loopBound(count);
    for (int i = 0; i < vectorEnd; i += SPECIES.length()) {
      FloatVector.fromArray(SPECIES, target, targetOffset + i)
          .add(FloatVector.fromArray(SPECIES, values, offset + i))
          .intoArray(target, targetOffset + i);
    }
    for (int i = vectorEnd; i < count; i++) {
      target[targetOffset + i] += values[offset + i];
    }
  }
}
