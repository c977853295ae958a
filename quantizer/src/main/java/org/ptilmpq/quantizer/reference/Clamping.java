package org.ptilmpq.quantizer.reference;

import org.ptilmpq.quantizer.graph.Clamp;

/** Activation functions over arrays. */
final class Clamping {

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
}
