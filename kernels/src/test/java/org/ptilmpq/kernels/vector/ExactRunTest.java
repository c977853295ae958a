package org.ptilmpq.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.WeightGroup;

/** The proof that the fp32 inner product is exact, as a property of every grid. */
class ExactRunTest {

  private static final long EXACT_UP_TO = 1L << 24;

  @Test
  void runsAreAsLongAsTheBoundAllows() {
    for (int width = 0; width <= 8; width++) {
      int half = width == 0 ? 0 : 1 << width - 1;
      check(WeightGroup.uniform(1, width));
      check(WeightGroup.halfStep(1, width));
      for (int knee = 0; knee <= half; knee++) {
        for (int ratio = 1; ratio <= 255; ratio++) {
          check(WeightGroup.twoRegion(1, width, knee, ratio));
        }
      }
    }
  }

  private static void check(WeightGroup group) {
    int inputs = 300;
    long greatest = 0;
    for (int code = -1 << group.width() >> 1; code < 1 << group.width() >> 1; code++) {
      greatest = Math.max(greatest, Math.abs((long) group.level(code)));
    }
    int run = ExactRun.length(weights(inputs, group));
    assertThat(run * greatest * 128).as("%s: a run of %d", group, run).isLessThanOrEqualTo(EXACT_UP_TO);
    assertThat(run).as("%s", group).isBetween(4, 256);
    if (run < 256) {
      assertThat((run + 1) * greatest * 128).as("%s: a run of %d", group, run + 1).isGreaterThan(EXACT_UP_TO);
    }
  }

  @Test
  void theCoarsestGroupDecides() {
    WeightGroup coarse = WeightGroup.twoRegion(2, 8, 0, 255);
    assertThat(ExactRun.length(weights(300, WeightGroup.uniform(9, 8), coarse))).isEqualTo(4);
    assertThat(ExactRun.length(weights(300, coarse, WeightGroup.uniform(9, 8)))).isEqualTo(4);
    assertThat(ExactRun.length(weights(300, WeightGroup.uniform(9, 8), WeightGroup.uniform(3, 0)))).isEqualTo(256);
  }

  @Test
  void tailsShortenTheRunAndNeverBeyondTheScratch() {
    int inputs = 300;
    for (int width = 1; width <= 8; width++) {
      assertThat(ExactRun.length(tailed(inputs, width, 0))).isEqualTo(256);
      for (int planes = 1; planes <= 13 - width; planes++) {
        PackedWeights weights = tailed(inputs, width, planes);
        // Least tail, least dense level.
        long greatest = (1L << planes - 1 + width) + (1L << width - 1);
        int run = ExactRun.length(weights);
        assertThat(run * greatest * 128).as("%d bits, %d planes", width, planes).isLessThanOrEqualTo(EXACT_UP_TO);
        assertThat(run).as("%d bits, %d planes", width, planes).isBetween(31, ExactRun.longest(weights));
      }
    }
  }

  /** One channel with a tail at its first input, or with none. */
  private static PackedWeights tailed(int inputs, int width, int planes) {
    byte[] tails = new byte[48];
    tails[0] = (byte) (planes == 0 ? 0 : 1);
    tails[4] = (byte) planes;
    MemorySegment codes = MemorySegment.ofArray(new byte[inputs * width + 16]);
    List<WeightGroup> groups = List.of(WeightGroup.sparseTails(1, width));
    return new PackedWeights(inputs, groups, new int[0], codes, MemorySegment.ofArray(tails));
  }

  @Test
  void noLongerThanTheInputs() {
    assertThat(ExactRun.length(weights(27, WeightGroup.uniform(9, 8)))).isEqualTo(27);
  }

  private static PackedWeights weights(int inputs, WeightGroup... groups) {
    MemorySegment codes = MemorySegment.ofArray(new byte[groups.length * inputs * 8 * 2 + 16]);
    return new PackedWeights(inputs, List.of(groups), new int[0], codes);
  }
}
