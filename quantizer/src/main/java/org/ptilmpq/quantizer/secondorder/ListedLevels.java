package org.ptilmpq.quantizer.secondorder;

import java.util.Arrays;

/** Chooses the nearest of a row's listed levels; of two equally near ones the lower. */
public final class ListedLevels implements LevelRule {

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
