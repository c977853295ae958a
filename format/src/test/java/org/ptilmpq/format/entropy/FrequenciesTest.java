package org.ptilmpq.format.entropy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.Seeds;

class FrequenciesTest {

  @Test
  void frequenciesAddUpAndLeaveNothingOut() {
    RandomGenerator random = Seeds.random("FrequenciesTest", 1);
    for (int round = 0; round < 2_000; round++) {
      int most = random.nextInt(LevelTables.MAX_LEVEL + 1);
      long[] counts = new long[2 * most + 2];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = random.nextInt(3) == 0 ? 0 : (long) Math.pow(10, random.nextDouble(0, 8));
      }
      counts[random.nextInt(counts.length)]++;
      int[] frequencies = TableChooser.Frequencies.of(counts, most);
      assertThat(Arrays.stream(frequencies).sum()).isEqualTo(LevelTables.TOTAL);
      for (int i = 0; i < counts.length; i++) {
        assertThat(frequencies[i]).isBetween(counts[i] > 0 ? 1 : 0, LevelTables.TOTAL);
        if (i != most) {
          assertThat(frequencies[i] > 0).isEqualTo(counts[i] > 0);
          int length = Numbers.length(frequencies[i]);
          int unused = Math.max(0, length - LevelTables.PRECISION);
          assertThat(frequencies[i] >>> unused << unused).as("few significant bits").isEqualTo(frequencies[i]);
          assertThat(frequencies[i]).isLessThan(LevelTables.TOTAL);
        }
      }
    }
  }
}
