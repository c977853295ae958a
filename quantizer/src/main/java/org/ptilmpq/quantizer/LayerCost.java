package org.ptilmpq.quantizer;

/**
 * What layers may take, or have taken; infinite where there is no limit.
 *
 * @param bits in the file
 * @param nanoseconds of one picture, on one thread
 */
record LayerCost(double bits, double nanoseconds) {

  static final LayerCost NONE = new LayerCost(0, 0);

  /** Bits alone are limited. */
  static LayerCost ofBits(double bits) {
    return new LayerCost(bits, Double.POSITIVE_INFINITY);
  }

  LayerCost plus(LayerCost other) {
    return new LayerCost(bits + other.bits, nanoseconds + other.nanoseconds);
  }
}
