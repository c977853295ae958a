package org.ptilmpq.quantizer.reference;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.ptilmpq.quantizer.graph.Clamp;

/** Activation functions over arrays. */
final class Clamping {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private Clamping() {}

  /** Clamps the elements from {@code from} to before {@code to} in place. */
  static void apply(Clamp clamp, float[] values, int from, int to) {
    if (clamp.isNone()) {
      return;
    }
    float low = clamp.low();
    float high = clamp.high();
    for (int i = from; i < to; i++) {
      values[i] = Math.min(Math.max(values[i], low), high);
    }
  }

  /**
   * Propagates a gradient back through a clamp, in place: it becomes 0 where the clamp's result is a bound.
   *
   * @param clamped the clamp's results
   */
  static void propagate(Clamp clamp, float[] clamped, float[] gradient) {
    if (clamp.isNone()) {
      return;
    }
    int vectorEnd = SPECIES.loopBound(gradient.length);
    for (int i = 0; i < vectorEnd; i += SPECIES.length()) {
      FloatVector value = FloatVector.fromArray(SPECIES, clamped, i);
      VectorMask<Float> open = value.compare(GT, clamp.low()).and(value.compare(LT, clamp.high()));
      FloatVector.fromArray(SPECIES, gradient, i, open).intoArray(gradient, i);
    }
    for (int i = vectorEnd; i < gradient.length; i++) {
      if (!(clamped[i] > clamp.low() && clamped[i] < clamp.high())) {
        gradient[i] = 0;
      }
    }
  }
}
