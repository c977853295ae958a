package org.ptilmpq.quantizer.secondorder;

/** About how many bits an entropy coder needs for a level, by level: no fewer the farther it is from zero. */
public final class LevelBits {

  /** Added to every count, so that a level nobody has yet is dear and not impossible. */
  private static final double SMOOTHING = 0.5;

  private final int lowest;
  private final float[] bits;

  private LevelBits(int lowest, float[] bits) {
    this.lowest = lowest;
    this.bits = bits;
  }

  /**
   * What levels cost that are coded by their own frequencies: −log₂ of their share.
   *
   * @param levels as they are now
   * @param from the first of them that counts
   * @param to the end of those that count
   */
  public static LevelBits of(short[] levels, int from, int to) {
    int lowest = 0;
    int highest = 0;
    for (int i = from; i < to; i++) {
      lowest = Math.min(lowest, levels[i]);
      highest = Math.max(highest, levels[i]);
    }
    double[] counts = new double[highest - lowest + 1];
    for (int i = from; i < to; i++) {
      counts[levels[i] - lowest]++;
    }
    double total = to - from + SMOOTHING * counts.length;
    float[] bits = new float[counts.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (float) (Math.log(total / (counts[i] + SMOOTHING)) / Math.log(2));
    }
    return of(lowest, bits);
  }

  /**
   * Given bits. A level that is said to cost less than one nearer to zero on its side costs as much as that; a level
   * beyond the table costs as much as the table's last on its side.
   *
   * @param lowest level of the first element, not above zero
   * @param bits not negative; there must be an element for level zero
   */
  public static LevelBits of(int lowest, float[] bits) {
    if (lowest > 0 || -lowest >= bits.length) {
      throw new IllegalArgumentException("no bits for level 0 in a table of " + bits.length + " from " + lowest);
    }
    float[] ascending = bits.clone();
    for (float each : bits) {
      if (!(each >= 0)) {
        throw new IllegalArgumentException("a level can't take " + each + " bits");
      }
    }
    for (int i = -lowest + 1; i < bits.length; i++) {
      ascending[i] = Math.max(ascending[i], ascending[i - 1]);
    }
    for (int i = -lowest - 1; i >= 0; i--) {
      ascending[i] = Math.max(ascending[i], ascending[i + 1]);
    }
    return new LevelBits(lowest, ascending);
  }

  /** Bits of a level. */
  public float of(int level) {
    return bits[Math.clamp(level - lowest, 0, bits.length - 1)];
  }
}
