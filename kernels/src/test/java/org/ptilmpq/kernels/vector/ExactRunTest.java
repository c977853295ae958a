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
          check(new WeightGroup(1, width, knee, ratio, false));
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
    WeightGroup coarse = new WeightGroup(2, 8, 0, 255, false);
    assertThat(ExactRun.length(weights(300, WeightGroup.uniform(9, 8), coarse))).isEqualTo(4);
    assertThat(ExactRun.length(weights(300, coarse, WeightGroup.uniform(9, 8)))).isEqualTo(4);
    assertThat(ExactRun.length(weights(300, WeightGroup.uniform(9, 8), WeightGroup.uniform(3, 0)))).isEqualTo(256);
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
