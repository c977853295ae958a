package org.ptilmpq.quantizer.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.Seeds;

class LevelRulesTest {

  private static final int ROWS = 9;

  private final RandomGenerator random = Seeds.random("LevelRulesTest", 34);

  @Test
  void nearestLevelsRoundTiesToEvenWithinBounds() {
    float[] wanted = {0.5f, 1.5f, -0.5f, -2.5f, 0.49999997f, 3000, -3000, Float.POSITIVE_INFINITY, 2046.5f};
    assertThat(levels(NearestLevels.unclipped(ROWS), wanted, 1))
        .containsExactly(0, 2, 0, -2, 0, 2047, -2048, 2047, 2046);
    short[] low = {0, -1, -3, -2, 1, -4, -4, 0, -32768};
    short[] high = {0, 1, 3, 2, 1, 3, 3, 7, 32767};
    assertThat(levels(NearestLevels.within(low, high), wanted, 1)).containsExactly(0, 1, 0, -2, 1, 3, -4, 7, 2046);
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
      int[] found = levels(new ListedLevels(lists), wanted, 1);
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

  /** Every level there is, tried. */
  @Test
  void rateAwareLevelsAreTheCheapestOfAll() {
    for (int repetition = 0; repetition < 300; repetition++) {
      short[] population = new short[60];
      double spread = random.nextDouble(0.5, 12);
      for (int i = 0; i < population.length; i++) {
        population[i] = (short) Math.rint(spread * random.nextGaussian());
      }
      LevelBits bits = LevelBits.of(population, 0, population.length);
      float lambda = random.nextFloat(0, 0.3f);
      float curvature = random.nextFloat(0.1f, 2);
      float step = random.nextFloat(0.1f, 1);
      float[] wanted = CorrelatedInputs.gaussian(ROWS, random);
      for (int i = 0; i < ROWS; i++) {
        wanted[i] *= (float) (1.5 * spread);
      }
      int[] found = levels(rateAware(lambda, bits), wanted, curvature, step);
      for (int i = 0; i < ROWS; i++) {
        double least = Double.POSITIVE_INFINITY;
        for (int level = -200; level <= 200; level++) {
          least = Math.min(least, cost(wanted[i], level, curvature, step, lambda, bits));
        }
        assertThat(cost(wanted[i], found[i], curvature, step, lambda, bits)).isCloseTo(least, within(1e-9 * least));
      }
    }
  }

  @Test
  void freeBitsChangeNothing() {
    float[] wanted = {0.5f, 1.5f, -0.6f, -2.5f, 0.4f, 3000, -3000, 5.2f, 7.7f};
    LevelBits bits = LevelBits.of(-1, new float[] {9, 0, 9});
    assertThat(levels(rateAware(0, bits), wanted, 1)).isEqualTo(levels(NearestLevels.unclipped(ROWS), wanted, 1));
    assertThat(levels(rateAware(1e9f, bits), wanted, 1)).containsOnly(0);
    assertThatThrownBy(() -> rateAware(-1, bits)).hasMessageContaining("row 0");
  }

  @Test
  void bitsComeFromFrequenciesAndNeverFallAwayFromZero() {
    short[] levels = {9, 0, 0, 0, 0, 1, 1, -1, 3, 3, 3, 9};
    LevelBits bits = LevelBits.of(levels, 1, 11);
    double total = 10 + 0.5 * 5;
    assertThat(bits.of(0)).isCloseTo((float) log2(total / 4.5), within(1e-6f));
    assertThat(bits.of(1)).isCloseTo((float) log2(total / 2.5), within(1e-6f));
    assertThat(bits.of(-1)).isCloseTo((float) log2(total / 1.5), within(1e-6f));
    assertThat(bits.of(2)).isCloseTo((float) log2(total / 0.5), within(1e-6f));
    assertThat(bits.of(3)).as("never below that of 2").isEqualTo(bits.of(2));
    assertThat(bits.of(2047)).isEqualTo(bits.of(3));
    assertThat(bits.of(-2048)).isEqualTo(bits.of(-1));
    assertThat(LevelBits.of(new short[0], 0, 0).of(5)).isZero();
    assertThatThrownBy(() -> LevelBits.of(1, new float[] {1})).hasMessageContaining("level 0");
    assertThatThrownBy(() -> LevelBits.of(-1, new float[] {1})).hasMessageContaining("level 0");
    assertThatThrownBy(() -> LevelBits.of(0, new float[] {Float.NaN})).hasMessageContaining("NaN");
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  private static double cost(float wanted, int level, float curvature, float step, float lambda, LevelBits bits) {
    double error = step * ((double) wanted - level);
    return curvature * error * error + (double) lambda * bits.of(level);
  }

  private static RateAwareLevels rateAware(float lambda, LevelBits bits) {
    float[] lambdas = new float[ROWS];
    Arrays.fill(lambdas, lambda);
    LevelBits[] tables = new LevelBits[ROWS];
    Arrays.fill(tables, bits);
    return new RateAwareLevels(NearestLevels.unclipped(ROWS), lambdas, tables);
  }

  private static int[] levels(LevelRule rule, float[] wanted, float curvature) {
    return levels(rule, wanted, curvature, 1);
  }

  private static int[] levels(LevelRule rule, float[] wanted, float curvature, float step) {
    float[] steps = new float[ROWS];
    Arrays.fill(steps, step);
    float[] levels = new float[ROWS];
    rule.choose(wanted, 0, ROWS, steps, curvature, levels);
    int[] whole = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      whole[i] = (int) levels[i];
      assertThat((float) whole[i]).isEqualTo(levels[i] + 0f);
    }
    return whole;
  }
}
