package org.ptilmpq.quantizer.rounding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.ChannelGroup;
import org.ptilmpq.format.Grid;
import org.ptilmpq.format.PackedCodes;
import org.ptilmpq.quantizer.rounding.QuantizedLayer.ChannelCode;
import org.ptilmpq.testkit.Seeds;

class DenseWidthsTest {

  private static final int INPUTS = 40;

  private final RandomGenerator random = Seeds.example(5);

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

  /** Returns the bytes of one block in the format; all blocks share the zero bytes that end a segment of tails. */
  private static long bytes(short[][] levels, int width) {
    Grid grid = fits(levels, width) ? new Grid.Uniform() : new Grid.SparseTails();
    PackedCodes packed = PackedCodes.pack(List.of(new ChannelGroup(levels.length, width, grid)), INPUTS, levels);
    return packed.codes().byteSize() + Math.max(0, packed.tails().byteSize() - Long.BYTES);
  }

  private static boolean fits(short[][] levels, int width) {
    for (short[] channel : levels) {
      for (short level : channel) {
        if (Grid.SparseTails.tail(level, width) != 0) {
          return false;
        }
      }
    }
    return true;
  }

  private static void withoutZeroChannels(short[][] levels) {
    for (short[] channel : levels) {
      channel[0] = channel[0] == 0 ? 1 : channel[0];
    }
  }

  @Test
  void theWidthOfABlockTakesTheFewestBytes() {
    boolean[] seen = new boolean[9];
    int withTails = 0;
    for (int i = 0; i < 300; i++) {
      short[][] levels = levels(random.nextInt(1, 65), Math.exp(random.nextDouble(-2, 6)), random.nextDouble(0.02));
      withoutZeroChannels(levels);
      int best = 1;
      for (int width = 2; width <= 8; width++) {
        if (bytes(levels, width) < bytes(levels, best)) {
          best = width;
        }
      }
      boolean fits = fits(levels, best);
      ChannelCode expected = new ChannelCode(best, fits ? new Grid.Uniform() : new Grid.SparseTails());
      assertThat(DenseWidths.choose(levels, 1)).as("block %d", i).containsOnly(expected);
      seen[best] = true;
      withTails += fits ? 0 : 1;
    }
    assertThat(withTails).isBetween(50, 299);
    for (int width = 1; width <= 8; width++) {
      assertThat(seen[width]).as("width %d", width).isTrue();
    }
  }

  @Test
  void manyChannelsThatAreZeroHaveNoCodes() {
    short[][] levels = levels(4, 2, 0);
    levels[2] = new short[INPUTS];
    List<ChannelCode> chosen = DenseWidths.choose(levels, 2);
    assertThat(chosen.get(2)).isEqualTo(ChannelCode.NONE);
    assertThat(chosen.get(3).width()).isPositive();
  }

  /** Kernels write neighbouring channels together, so blocks consist of those, even where a few of them are zero. */
  @Test
  void blocksHaveNeighbouringChannels() {
    short[][] levels = levels(130, 2, 0);
    withoutZeroChannels(levels);
    levels[129] = new short[INPUTS];
    for (int k = 0; k < INPUTS; k++) {
      levels[128][k] = 40;
    }
    List<ChannelCode> chosen = DenseWidths.choose(levels, 1);
    assertThat(chosen.subList(0, 64)).containsOnly(chosen.getFirst());
    assertThat(chosen.subList(64, 128)).containsOnly(chosen.get(64));
    assertThat(chosen.subList(128, 130)).containsOnly(new ChannelCode(7, new Grid.Uniform()));
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
