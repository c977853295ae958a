package org.ptilmpq.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.Seeds;

/** Register tiles of 16-bit sums, against plain arithmetic: runs as short and as full as they may be. */
class ShortTilesTest {

  private static final int ROWS = ShortTiles.ROWS;
  private static final int STRIP = ShortPanel.STRIP;
  private static final int ROWS_AT = ShortRuns.TILE * STRIP;
  private static final int RESULTS_AT = ROWS_AT + ROWS * ShortTiles.ROW;

  private final short[] numbers = new short[RESULTS_AT + ShortTiles.RESULTS];
  private final int[] sums = new int[ROWS * STRIP];

  @Test
  void runsOfAnyLength() {
    RandomGenerator random = Seeds.random("runsOfAnyLength", 70);
    for (int round = 0; round < 200; round++) {
      int inputs = 1 + random.nextInt(ShortRuns.TILE);
      int most = 1 + random.nextInt(ShortRuns.MOST);
      fill(random, -most, most);
      check("round " + round, inputs, runs(inputs, 1 + random.nextInt(Math.max(1, ShortRuns.MOST / most))));
    }
  }

  @Test
  void everyRunIsFullInEitherDirection() {
    for (int level : new int[] {ShortRuns.MOST, -ShortRuns.MOST}) {
      for (int input : new int[] {Byte.MIN_VALUE, Byte.MAX_VALUE}) {
        Arrays.fill(numbers, 0, ROWS_AT, (short) level);
        Arrays.fill(numbers, ROWS_AT, RESULTS_AT, (short) input);
        check(level + " times " + input, ShortRuns.TILE, runs(ShortRuns.TILE, 1));
      }
    }
  }

  @Test
  void aFullRunBehindAFullLowByte() {
    Arrays.fill(numbers, 0, ROWS_AT, (short) -1);
    Arrays.fill(numbers, ROWS_AT, RESULTS_AT, Byte.MIN_VALUE);
    for (int row = 0; row < ROWS; row++) {
      // −1 · 1 leaves 255 in the low byte, and 254 · 128 on top of it are exactly 2¹⁵ − 1.
      numbers[ROWS_AT + row * ShortTiles.ROW] = 1;
    }
    check("255 and 254 inputs more", 1 + ShortRuns.MOST, new int[] {1, 1 + ShortRuns.MOST});
  }

  private void fill(RandomGenerator random, int least, int most) {
    for (int i = 0; i < ROWS_AT; i++) {
      numbers[i] = (short) random.nextInt(least, most + 1);
    }
    for (int i = ROWS_AT; i < RESULTS_AT; i++) {
      numbers[i] = (byte) random.nextInt();
    }
  }

  private static int[] runs(int inputs, int length) {
    int[] ends = new int[Math.ceilDiv(inputs, length)];
    Arrays.setAll(ends, i -> Math.min(inputs, (i + 1) * length));
    return ends;
  }

  /** All three tiles, as the second tile of inputs of a layer, too: runs and inputs are counted from its first one. */
  private void check(String what, int inputs, int[] ends) {
    for (int k0 : new int[] {0, ShortRuns.TILE}) {
      int first = k0;
      int[] from = Arrays.stream(ends).map(end -> first + end).toArray();
      boolean carried = ends.length > 1;
      ShortTiles.clearHigh(numbers, RESULTS_AT);
      ShortTiles.sevenByTwo(numbers, ROWS_AT, 0, from, 0, k0, k0 + inputs, RESULTS_AT);
      checkSums(what, inputs, ROWS, 2, carried);
      ShortTiles.clearHigh(numbers, RESULTS_AT);
      ShortTiles.sevenByOne(numbers, ROWS_AT, 0, from, 0, k0, k0 + inputs, RESULTS_AT);
      checkSums(what, inputs, ROWS, 1, carried);
      ShortTiles.clearHigh(numbers, RESULTS_AT);
      ShortTiles.oneByTwo(numbers, ROWS_AT, 0, from, 0, k0, k0 + inputs, RESULTS_AT);
      checkSums(what, inputs, 1, 2, carried);
    }
  }

  private void checkSums(String what, int inputs, int rows, int vectors, boolean carried) {
    ShortTiles.spill(numbers, RESULTS_AT, rows, vectors, carried, sums, 0, STRIP, false);
    check(what, inputs, rows, vectors, 1);
    ShortTiles.spill(numbers, RESULTS_AT, rows, vectors, carried, sums, 0, STRIP, true);
    check(what + ", twice", inputs, rows, vectors, 2);
  }

  private void check(String what, int inputs, int rows, int vectors, int times) {
    for (int row = 0; row < rows; row++) {
      for (int channel = 0; channel < vectors * Lanes.SHORTS; channel++) {
        int sum = 0;
        for (int k = 0; k < inputs; k++) {
          sum += numbers[ROWS_AT + row * ShortTiles.ROW + k] * numbers[k * STRIP + channel];
        }
        assertThat(sums[row * STRIP + SumLanes.evenOddLane(channel)])
            .as("%s: row %d of %d, channel %d", what, row, rows, channel)
            .isEqualTo(times * sum);
      }
    }
  }
}
