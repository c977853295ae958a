package org.ptilmpq.quantizer.rounding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.Grid;
import org.ptilmpq.testkit.Seeds;

class DenseWidthsTest {

  private static final int INPUTS = 40;

  private final RandomGenerator random = Seeds.random("DenseWidthsTest", 5);

  private short[][] levels(int channels, double sigma, double farShare) {
    short[][] levels = new short[channels][INPUTS];
    for (short[] channel : levels) {
      for (int k = 0; k < INPUTS; k++) {
        double wide = random.nextDouble() < farShare ? 20 : 1;
        channel[k] = (short) Math.clamp(Math.round(wide * sigma * random.nextGaussian()), -2047, 2047);
      }
    }
    levels[0][0] = 1;
    return levels;
  }

  /** Of one block by the format's own definition of a tail. */
  private static long cost(short[][] levels, int width) {
    int listed = 0;
    int planes = 0;
    for (int k = 0; k < INPUTS; k++) {
      int most = 0;
      for (short[] channel : levels) {
        int tail = Grid.SparseTails.tail(channel[k], width);
        most = Math.max(most, tail == 0 ? 0 : bits(tail));
      }
      listed += most > 0 ? 1 : 0;
      planes = Math.max(planes, most);
    }
    return (long) INPUTS * width + (long) listed * (planes + 1);
  }

  private static int bits(int value) {
    int bits = 1;
    while (value < -(1 << bits - 1) || value > (1 << bits - 1) - 1) {
      bits++;
    }
    return bits;
  }

  @Test
  void theWidthOfABlockIsTheCheapest() {
    boolean[] seen = new boolean[9];
    int withTails = 0;
    for (int i = 0; i < 300; i++) {
      short[][] levels = levels(random.nextInt(1, 65), Math.exp(random.nextDouble(-2, 6)), random.nextDouble(0.02));
      int best = 0;
      for (int width = 1; width <= 8; width++) {
        if (best == 0 || cost(levels, width) < cost(levels, best)) {
          best = width;
        }
      }
      boolean fits = true;
      for (short[] channel : levels) {
        for (short level : channel) {
          fits &= Grid.SparseTails.tail(level, best) == 0;
        }
      }
      Grid grid = fits ? new Grid.Uniform() : new Grid.SparseTails();
      for (int c = 0; c < levels.length; c++) {
        ChannelCode chosen = DenseWidths.choose(levels, 1).get(c);
        boolean zero = true;
        for (short level : levels[c]) {
          zero &= level == 0;
        }
        assertThat(chosen).as("block %d", i).isEqualTo(zero ? ChannelCode.NONE : new ChannelCode(best, grid));
      }
      seen[best] = true;
      withTails += fits ? 0 : 1;
    }
    assertThat(withTails).isBetween(50, 299);
    for (int width = 1; width <= 8; width++) {
      assertThat(seen[width]).as("width %d", width).isTrue();
    }
  }

  @Test
  void channelsThatAreZeroHaveNoCodes() {
    short[][] levels = levels(4, 2, 0);
    levels[2] = new short[INPUTS];
    List<ChannelCode> chosen = DenseWidths.choose(levels, 2);
    assertThat(chosen.get(2)).isEqualTo(ChannelCode.NONE);
    assertThat(chosen.get(3).width()).isPositive();
    assertThat(DenseWidths.choose(new short[3][INPUTS], 1)).containsOnly(ChannelCode.NONE);
  }

  @Test
  void levelsThatAllFitHaveNoTails() {
    short[][] levels = new short[5][INPUTS];
    for (int c = 0; c < 5; c++) {
      for (int k = 0; k < INPUTS; k++) {
        levels[c][k] = (short) ((c + k) % 8 - 4);
      }
    }
    assertThat(DenseWidths.choose(levels, 1)).containsOnly(new ChannelCode(3, new Grid.Uniform()));
  }

  @Test
  void theLargestLevelsAreHeld() {
    short[][] levels = {new short[INPUTS], new short[INPUTS]};
    levels[0][3] = 2047;
    levels[1][4] = -2047;
    ChannelCode code = DenseWidths.choose(levels, 1).getFirst();
    assertThat(code.grid()).isEqualTo(new Grid.SparseTails());
    assertThat(code.width()).isBetween(1, 8);
  }

  /** Parts decide alone, but two channels of one width are on one grid, or they couldn't be one group. */
  @Test
  void partsHaveWidthsOfTheirOwn() {
    short[][] levels = new short[8][];
    System.arraycopy(levels(4, 1, 0), 0, levels, 0, 4);
    System.arraycopy(levels(4, 60, 0), 0, levels, 4, 4);
    List<ChannelCode> chosen = DenseWidths.choose(levels, 2);
    assertThat(chosen.subList(0, 4)).containsOnly(chosen.get(0));
    assertThat(chosen.subList(4, 8)).containsOnly(chosen.get(4));
    assertThat(chosen.get(4).width()).isGreaterThan(chosen.get(0).width());
    for (int i = 0; i < 200; i++) {
      List<ChannelCode> many = DenseWidths.choose(levels(130, 3, random.nextDouble(0.01)), 1);
      for (ChannelCode one : many) {
        for (ChannelCode other : many) {
          assertThat(one.width() != other.width() || one.grid().equals(other.grid())).isTrue();
        }
      }
    }
  }
}
