package org.ptilmpq.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.WeightGroup;
import org.ptilmpq.kernels.WeightPacker;
import org.ptilmpq.testkit.Seeds;

/** The proof that 16-bit sums don't overflow, against plain arithmetic on the levels it is about. */
class ShortRunsTest {

  private static final int INPUTS = 700;

  @Test
  void runsOfUniformLevelsAreAsLongAsTheBoundAllows() {
    RandomGenerator random = Seeds.random("runsOfUniformLevelsAreAsLongAsTheBoundAllows", 60);
    for (int width = 1; width <= 8; width++) {
      for (int channels : new int[] {1, 37, 64, 100}) {
        int half = 1 << width - 1;
        int[][] levels = new int[channels][INPUTS];
        fill(levels, random, -half, half);
        check(WeightGroup.uniform(channels, width), levels);
      }
    }
  }

  @Test
  void runsOfHalfStepsAreAsLongAsTheBoundAllows() {
    RandomGenerator random = Seeds.random("runsOfHalfStepsAreAsLongAsTheBoundAllows", 61);
    for (int width = 1; width <= 8; width++) {
      // 2v + 1 of the outermost codes of 8 bits is ±255, for which there is no run.
      int half = Math.min(1 << width - 1, 127);
      int[][] codes = new int[70][INPUTS];
      fill(codes, random, -half, half);
      check(WeightGroup.halfStep(70, width), codes);
    }
  }

  @Test
  void runsOfTailsAreAsLongAsTheBoundAllows() {
    RandomGenerator random = Seeds.random("runsOfTailsAreAsLongAsTheBoundAllows", 62);
    for (int width = 1; width <= 8; width++) {
      for (int most : new int[] {3, 20, 254}) {
        for (int oneIn : new int[] {1, 3, 40}) {
          int[][] levels = new int[70][INPUTS];
          fill(levels, random, -1, 2);
          for (int i = 0; i < 70 * INPUTS / oneIn; i++) {
            levels[random.nextInt(70)][random.nextInt(INPUTS)] = random.nextInt(-most, most + 1);
          }
          check(WeightGroup.sparseTails(70, width), levels);
        }
      }
    }
  }

  @Test
  void aRunMayBeExactlyFull() {
    int[][] levels = new int[1][INPUTS];
    Arrays.fill(levels[0], -1);
    assertThat(ShortRuns.of(packed(WeightGroup.uniform(1, 1), levels)).orElseThrow().ends(0))
        .containsExactly(254, 256, 510, 512, INPUTS);
  }

  @Test
  void aLevelThatIsTooLargeHasNoRun() {
    for (int sign : new int[] {-1, 1}) {
      for (int level : new int[] {255, 256, 257, 511, 512, 2047}) {
        int[][] levels = new int[3][INPUTS];
        levels[1][500] = sign * level;
        assertThat(ShortRuns.of(packed(WeightGroup.sparseTails(3, 2), levels))).as("%d", sign * level).isEmpty();
        levels[1][500] = sign * 254;
        assertThat(ShortRuns.of(packed(WeightGroup.sparseTails(3, 2), levels))).isPresent();
      }
    }
  }

  @Test
  void levelsThatAreNotLinearInTheirCodesHaveNone() {
    WeightGroup regions = WeightGroup.twoRegion(2, 3, 1, 2);
    assertThat(ShortRuns.mayHave(packed(regions, new int[2][INPUTS]))).isFalse();
    assertThat(ShortRuns.of(packed(regions, new int[2][INPUTS]))).isEmpty();
  }

  private static void fill(int[][] levels, RandomGenerator random, int from, int end) {
    for (int[] channel : levels) {
      // Channels of very different size, so that one of 64 decides.
      int shift = random.nextInt(4);
      for (int k = 0; k < channel.length; k++) {
        channel[k] = Math.clamp(random.nextInt(from, end) >> shift, from, end - 1);
      }
    }
  }

  /** Codes of a group without tails, levels of one with tails. */
  private static PackedWeights packed(WeightGroup group, int[][] levels) {
    byte[][] codes = new byte[levels.length][INPUTS];
    int[][] tails = new int[levels.length][INPUTS];
    for (int c = 0; c < levels.length; c++) {
      for (int k = 0; k < INPUTS; k++) {
        int unused = Integer.SIZE - group.width();
        codes[c][k] = (byte) (levels[c][k] << unused >> unused);
        tails[c][k] = group.tails() ? levels[c][k] - codes[c][k] >> group.width() : 0;
      }
    }
    List<WeightGroup> groups = List.of(group);
    return new PackedWeights(
        INPUTS, groups, new int[0], WeightPacker.pack(groups, INPUTS, codes), WeightPacker.packTails(groups, INPUTS, tails));
  }

  /** Every run keeps to the bound, and the input behind it would break it, or is the first of a tile. */
  private static void check(WeightGroup group, int[][] values) {
    ShortRuns runs = ShortRuns.of(packed(group, values)).orElseThrow();
    for (int first = 0, block = 0; first < values.length; first += PackedWeights.BLOCK, block++) {
      int channels = Math.min(PackedWeights.BLOCK, values.length - first);
      int from = 0;
      for (int end : runs.ends(block)) {
        String what = group + ", channels from " + first + ", inputs " + from + " to " + end;
        assertThat(most(greatestSum(group, values, first, channels, from, end))).as(what).isLessThanOrEqualTo(Short.MAX_VALUE);
        if (end % ShortRuns.TILE != 0 && end < INPUTS) {
          assertThat(most(greatestSum(group, values, first, channels, from, end + 1)))
              .as(what + ", and one more")
              .isGreaterThan(Short.MAX_VALUE);
        }
        assertThat(from / ShortRuns.TILE).as(what).isEqualTo((end - 1) / ShortRuns.TILE);
        from = end;
      }
      assertThat(from).isEqualTo(INPUTS);
    }
  }

  /** Of a 16-bit sum that begins with what the run before left in its low byte. */
  private static int most(int magnitudes) {
    return 255 + magnitudes * 128;
  }

  private static int greatestSum(WeightGroup group, int[][] values, int first, int channels, int from, int end) {
    int greatest = 0;
    for (int c = first; c < first + channels; c++) {
      int sum = 0;
      for (int k = from; k < end; k++) {
        sum += Math.abs(group.halfStep() ? 2 * values[c][k] + 1 : values[c][k]);
      }
      greatest = Math.max(greatest, sum);
    }
    return greatest;
  }
}
