package org.ptilmpq.quantizer.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.secondorder.LevelRule.ListedLevels;
import org.ptilmpq.quantizer.secondorder.LevelRule.NearestLevels;
import org.ptilmpq.testkit.Seeds;

class LevelRulesTest {

  private static final int ROWS = 9;

  private final RandomGenerator random = Seeds.example(34);

  @Test
  void nearestLevelsRoundTiesToEvenWithinBounds() {
    float[] wanted = {0.5f, 1.5f, -0.5f, -2.5f, 0.49999997f, 3000, -3000, Float.POSITIVE_INFINITY, 2046.5f};
    assertThat(levels(CorrelatedInputs.unclipped(ROWS), wanted))
        .containsExactly(0, 2, 0, -2, 0, 2047, -2048, 2047, 2046);
    short[] low = {0, -1, -3, -2, 1, -4, -4, 0, -32768};
    short[] high = {0, 1, 3, 2, 1, 3, 3, 7, 32767};
    assertThat(levels(NearestLevels.within(low, high), wanted)).containsExactly(0, 1, 0, -2, 1, 3, -4, 7, 2046);
    assertThatThrownBy(() -> NearestLevels.within(new short[] {1}, new short[] {0})).hasMessageContaining("row 0");
  }

  @Test
  void listedLevelsAreTheNearestOfTheList() {
    for (int repetition = 0; repetition < 200; repetition++) {
      int[] drawn = random.ints(1 + random.nextInt(9), -40, 40).sorted().distinct().toArray();
      short[] list = new short[drawn.length];
      for (int i = 0; i < list.length; i++) {
        list[i] = (short) drawn[i];
      }
      short[][] lists = new short[ROWS][];
      Arrays.fill(lists, list);
      float[] wanted = new float[ROWS];
      for (int i = 0; i < ROWS; i++) {
        wanted[i] = random.nextFloat(-60, 60);
      }
      int[] found = levels(new ListedLevels(lists), wanted);
      for (int i = 0; i < ROWS; i++) {
        double least = Double.POSITIVE_INFINITY;
        for (short each : list) {
          least = Math.min(least, Math.abs(each - wanted[i]));
        }
        assertThat(list).contains((short) found[i]);
        assertThat((double) Math.abs(found[i] - wanted[i])).isCloseTo(least, within(1e-5));
      }
    }
    assertThatThrownBy(() -> new ListedLevels(new short[][] {{}})).hasMessageContaining("no level");
    assertThatThrownBy(() -> new ListedLevels(new short[][] {{1, 1}})).hasMessageContaining("ascend");
  }

  private static int[] levels(LevelRule rule, float[] wanted) {
    float[] levels = new float[ROWS];
    rule.choose(wanted, 0, ROWS, levels);
    int[] whole = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      whole[i] = (int) levels[i];
      assertThat((float) whole[i]).isEqualTo(levels[i] + 0f);
    }
    return whole;
  }
}
