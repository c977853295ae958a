package org.ptilmpq.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.WeightGroup;
import org.ptilmpq.kernels.vector.FloatProduct.ExactRun;
import org.ptilmpq.testkit.Seeds;

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
  void tailsShortenTheRunWhereTheyAreMany() {
    RandomGenerator random = Seeds.random("tailsShortenTheRunWhereTheyAreMany", 30);
    for (int width = 1; width <= 8; width++) {
      for (int planes = 1; planes <= 13 - width; planes++) {
        for (int oneIn = 1; oneIn < 100; oneIn *= 3) {
          int every = oneIn;
          int[] tailed = IntStream.range(0, 700).filter(k -> random.nextInt(every) == 0).toArray();
          PackedWeights weights = tailed(700, width, planes, tailed);
          int run = ExactRun.length(weights);
          String what = width + " bits, " + planes + " planes at one input in " + oneIn + ": a run of " + run;
          assertThat(run).as(what).isBetween(31, ExactRun.longest(weights));
          assertThat(greatestSum(tailed, width, planes, run) * 128).as(what).isLessThanOrEqualTo(EXACT_UP_TO);
          if (run < 256) {
            // Either proof that would allow a longer run fails: the one by halves, and the one of a tail everywhere.
            assertThat((run + 1) * greatestLevel(width, planes) * 128).as(what).isGreaterThan(EXACT_UP_TO);
            assertThat(greatestSum(tailed, width, planes, 256) * 128).as(what).isGreaterThan(EXACT_UP_TO);
          }
        }
      }
    }
  }

  /** Least tail and least dense level. */
  private static long greatestLevel(int width, int planes) {
    return (1L << planes - 1 + width) + (1L << width - 1);
  }

  /** The greatest Σ |level| of a run, whatever codes and tails are. */
  private static long greatestSum(int[] tailed, int width, int planes, int run) {
    long greatest = 0;
    for (int k = 0; k < 700; k += run) {
      int from = k;
      long tails = IntStream.of(tailed).filter(i -> i >= from && i < from + run).count();
      greatest = Math.max(greatest, run * (1L << width - 1) + tails * (1L << planes - 1 + width));
    }
    return greatest;
  }

  /** One channel with tails of zeros at some inputs. */
  private static PackedWeights tailed(int inputs, int width, int planes, int[] tailed) {
    ByteBuffer tails = ByteBuffer.allocate(16 + 4 * tailed.length + planes * tailed.length + 16);
    tails.order(ByteOrder.LITTLE_ENDIAN).putInt(tailed.length).putInt(tailed.length == 0 ? 0 : planes);
    IntStream.of(tailed).forEach(tails::putInt);
    MemorySegment codes = MemorySegment.ofArray(new byte[inputs * width + 16]);
    List<WeightGroup> groups = List.of(WeightGroup.sparseTails(1, width));
    return new PackedWeights(inputs, groups, new int[0], codes, MemorySegment.ofArray(tails.array()));
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
