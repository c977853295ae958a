package org.ptilmpq.quantizer.rounding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.Grid;
import org.ptilmpq.quantizer.rounding.QuantizedLayer.ChannelCode;
import org.ptilmpq.quantizer.secondorder.LevelRule;
import org.ptilmpq.testkit.Seeds;

class LevelRangeTest {

  private final RandomGenerator random = Seeds.example(4);

  private static List<ChannelCode> codes() {
    List<ChannelCode> codes = new ArrayList<>(List.of(ChannelCode.NONE));
    for (int width = 1; width <= 8; width++) {
      codes.add(new ChannelCode(width, new Grid.Uniform()));
      codes.add(new ChannelCode(width, new Grid.HalfStep()));
      if (width >= 3) {
        codes.add(new ChannelCode(width, new Grid.TwoRegion(2, 3)));
        codes.add(new ChannelCode(width, new Grid.TwoRegion(1, 7)));
      }
    }
    return codes;
  }

  private static int[] levels(ChannelCode code) {
    return code.width() == 0
        ? new int[1]
        : IntStream.range(-(1 << code.width() - 1), 1 << code.width() - 1).map(code.grid()::level).sorted().toArray();
  }

  @Test
  void nearestIsTheNearestThatACodeCanSay() {
    for (ChannelCode code : codes()) {
      LevelRange range = LevelRange.of(code);
      int[] levels = levels(code);
      for (int i = 0; i < 500; i++) {
        double wanted = random.nextGaussian() * 2 * Math.max(1, levels[levels.length - 1]);
        int found = range.nearest(wanted);
        double least = IntStream.of(levels).mapToDouble(level -> Math.abs(level - wanted)).min().orElseThrow();
        assertThat(Math.abs(found - wanted)).as("%s of %s", wanted, code).isEqualTo(least);
        if (code.width() > 0) {
          assertThat(code.grid().level(LevelRange.code(found, code))).isEqualTo(found);
        }
      }
      assertThat(range.isUnclipped()).isFalse();
    }
  }

  @Test
  void unclippedLevelsGoAsFarAsTheFileHoldsThem() {
    LevelRange all = LevelRange.unclipped();
    assertThat(all.isUnclipped()).isTrue();
    assertThat(all.nearest(2046.7)).isEqualTo(2047);
    assertThat(all.nearest(1e12)).isEqualTo(2047);
    assertThat(all.nearest(-1e12)).isEqualTo(-2047);
    assertThat(LevelRange.code(-2047, new ChannelCode(3, new Grid.SparseTails()))).isEqualTo((short) -2047);
  }

  @Test
  void aRuleSaysTheSameAsTheRanges() {
    List<ChannelCode> codes = codes();
    List<LevelRange> gapless = new ArrayList<>();
    List<LevelRange> any = new ArrayList<>();
    for (ChannelCode code : codes) {
      any.add(LevelRange.of(code));
      if (code.grid() instanceof Grid.Uniform) {
        gapless.add(LevelRange.of(code));
      }
    }
    gapless.add(LevelRange.unclipped());
    for (List<LevelRange> ranges : List.of(gapless, any)) {
      LevelRule rule = LevelRange.rule(ranges);
      for (int c = 0; c < ranges.size(); c++) {
        for (int i = 0; i < 100; i++) {
          float wanted = (float) (30 * random.nextGaussian());
          float[] found = new float[1];
          rule.choose(new float[] {wanted}, c, 1, found);
          assertThat((int) found[0]).as("%s of %s", wanted, ranges.get(c)).isEqualTo(ranges.get(c).nearest(wanted));
        }
      }
    }
  }
}
