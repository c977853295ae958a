package org.ptilmpq.kernels;

/** The roundings that kernels promise, written without what kernels use. */
final class NaiveMath {

  private NaiveMath() {}

  /** {@code round(clamp(value))}, half to even. */
  static byte toByte(float value, int low, int high) {
    double clamped = value < low ? low : value > high ? high : value;
    double down = Math.floor(clamped);
    double rest = clamped - down;
    boolean up = rest > 0.5 || rest == 0.5 && (long) down % 2 != 0;
    return (byte) (up ? down + 1 : down);
  }

  /**
   * Compares a byte with the real value it stands for, clamped: half a step and what 32-bit floats of this magnitude
   * lose in four roundings and in their factors.
   */
  static void assertNear(byte actual, double ideal, double magnitude, int low, int high, Object description) {
    double error = Math.abs(actual - Math.clamp(ideal, low, high));
    if (error > 0.5 + magnitude * 0x1p-21) {
      throw new AssertionError(description + ": the byte " + actual + " stands for the real value " + ideal);
    }
  }
}
