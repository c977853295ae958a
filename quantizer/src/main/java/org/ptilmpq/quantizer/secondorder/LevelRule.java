package org.ptilmpq.quantizer.secondorder;

import java.util.Arrays;

/**
 * Decides which level a weight gets. A weight's value is its level times the step of its row; levels are 16-bit
 * integers. Called for a group of rows and one input at a time, from several threads.
 */
@FunctionalInterface
public interface LevelRule {

  /**
   * Chooses levels of one input's weights.
   *
   * @param wanted the values that the weights should have, in steps: that of row {@code row + i} at i
   * @param row first row
   * @param count number of rows
   * @param levels receives integers in −32768…32767, that of row {@code row + i} at i; nothing beyond {@code count} is
   *     read or kept
   */
  void choose(float[] wanted, int row, int count, float[] levels);

  /** Chooses the nearest level within bounds; of two equally near ones the even one. */
  final class NearestLevels implements LevelRule {

    /** Adding this leaves no room for a fraction, so that it is rounded away (ties to even); for |x| up to 2²². */
    private static final float ROUNDING = 1.5f * (1 << 23);

    private final float[] lowest;
    private final float[] highest;

    private NearestLevels(float[] lowest, float[] highest) {
      this.lowest = lowest;
      this.highest = highest;
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

  /** Chooses the nearest of a row's listed levels; of two equally near ones the lower. */
  final class ListedLevels implements LevelRule {

    private final short[][] allowed;

    /**
     * @param allowed levels of each row, strictly ascending; rows may share an array. Copied at the first level only.
     * @throws IllegalArgumentException when a list is empty or not strictly ascending
     */
    public ListedLevels(short[][] allowed) {
      this.allowed = allowed.clone();
      for (int row = 0; row < allowed.length; row++) {
        short[] list = allowed[row];
        if (list.length == 0) {
          throw new IllegalArgumentException("row " + row + " has no level");
        }
        for (int i = 1; i < list.length; i++) {
          if (list[i] <= list[i - 1]) {
            throw new IllegalArgumentException("the levels of row " + row + " don't ascend: " + Arrays.toString(list));
          }
        }
      }
    }

    @Override
    public void choose(float[] wanted, int row, int count, float[] levels) {
      for (int i = 0; i < count; i++) {
        levels[i] = nearest(allowed[row + i], wanted[i]);
      }
    }

    private static short nearest(short[] list, float wanted) {
      int low = 0;
      int high = list.length - 1;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (wanted - list[middle] <= list[middle + 1] - wanted) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return list[low];
    }
  }
}
