package org.ptilmpq.quantizer.secondorder;

import java.util.Arrays;

/** Chooses the nearest level within bounds; of two equally near ones the even one. */
public final class NearestLevels implements LevelRule {

  /** The levels that are stored without clipping. */
  public static final int LOWEST = -2048;

  public static final int HIGHEST = 2047;

  /** Adding this leaves no room for a fraction, so that it is rounded away (ties to even); for |x| up to 2²². */
  private static final float ROUNDING = 1.5f * (1 << 23);

  private final float[] lowest;
  private final float[] highest;

  private NearestLevels(float[] lowest, float[] highest) {
    this.lowest = lowest;
    this.highest = highest;
  }

  /** Returns a rule that clips nothing: {@link #LOWEST}…{@link #HIGHEST} in every row. */
  public static NearestLevels unclipped(int rows) {
    short[] low = new short[rows];
    short[] high = new short[rows];
    Arrays.fill(low, (short) LOWEST);
    Arrays.fill(high, (short) HIGHEST);
    return within(low, high);
  }

  /**
   * Returns a rule with bounds for each row.
   *
   * @throws IllegalArgumentException when a row's bounds are in the wrong order
   */
  public static NearestLevels within(short[] lowest, short[] highest) {
    float[] low = new float[lowest.length];
    float[] high = new float[lowest.length];
    for (int row = 0; row < lowest.length; row++) {
      if (lowest[row] > highest[row]) {
        throw new IllegalArgumentException(
            "row " + row + ": no level is within " + lowest[row] + "…" + highest[row]);
      }
      low[row] = lowest[row];
      high[row] = highest[row];
    }
    return new NearestLevels(low, high);
  }

  @Override
  public void choose(float[] wanted, int row, int count, float[] levels) {
    for (int i = 0; i < count; i++) {
      float bounded = Math.max(lowest[row + i], Math.min(highest[row + i], wanted[i]));
      levels[i] = bounded + ROUNDING - ROUNDING;
    }
  }
}
