package org.ptilmpq.quantizer.secondorder;

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
}
