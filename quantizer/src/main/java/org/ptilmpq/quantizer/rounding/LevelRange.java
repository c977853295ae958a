package org.ptilmpq.quantizer.rounding;

import java.util.Arrays;
import java.util.List;
import org.ptilmpq.format.Grid;
import org.ptilmpq.quantizer.rounding.QuantizedLayer.ChannelCode;
import org.ptilmpq.quantizer.secondorder.LevelRule;
import org.ptilmpq.quantizer.secondorder.LevelRule.ListedLevels;
import org.ptilmpq.quantizer.secondorder.LevelRule.NearestLevels;

/**
 * The integer levels that the weights of a channel may take.
 *
 * @param least level
 * @param greatest level
 * @param levels all of them, rising, where some between are missing; empty where none is
 */
record LevelRange(int least, int greatest, int[] levels) {

  private static final int UNCLIPPED = (1 << Grid.SparseTails.LEVEL_BITS - 1) - 1;

  /** Returns the range of all levels that the file can hold. */
  static LevelRange unclipped() {
    return new LevelRange(-UNCLIPPED, UNCLIPPED, new int[0]);
  }

  /** Whether any weight has a level, if the scale is not too small. */
  boolean isUnclipped() {
    return greatest == UNCLIPPED;
  }

  /** Returns the levels that codes can express. */
  static LevelRange of(ChannelCode code) {
    if (code.width() == 0) {
      return new LevelRange(0, 0, new int[0]);
    }
    int least = -(1 << code.width() - 1);
    int[] levels = new int[-2 * least];
    for (int v = least; v < -least; v++) {
      levels[v - least] = code.grid().level(v);
    }
    Arrays.sort(levels);
    int last = levels.length - 1;
    boolean gapless = levels[last] - levels[0] == last;
    return new LevelRange(levels[0], levels[last], gapless ? new int[0] : levels);
  }

  /** Returns the level nearest to a real number of levels. */
  int nearest(double wanted) {
    if (levels.length == 0) {
      return Math.clamp(Math.round(wanted), least, greatest);
    }
    int at = 0;
    while (at + 1 < levels.length && wanted * 2 > levels[at] + levels[at + 1]) {
      at++;
    }
    return levels[at];
  }

  /** Returns the rule by which weights of these channels get their levels. */
  static LevelRule rule(List<LevelRange> channels) {
    if (channels.stream().allMatch(range -> range.levels.length == 0)) {
      short[] lowest = new short[channels.size()];
      short[] highest = new short[channels.size()];
      for (int c = 0; c < lowest.length; c++) {
        lowest[c] = (short) channels.get(c).least;
        highest[c] = (short) channels.get(c).greatest;
      }
      return NearestLevels.within(lowest, highest);
    }
    short[][] allowed = new short[channels.size()][];
    for (int c = 0; c < allowed.length; c++) {
      allowed[c] = channels.get(c).all();
    }
    return new ListedLevels(allowed);
  }

  private short[] all() {
    short[] all = new short[levels.length == 0 ? greatest - least + 1 : levels.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (short) (levels.length == 0 ? least + i : levels[i]);
    }
    return all;
  }

  /** Returns the code of a level that codes can express. */
  static short code(int level, ChannelCode code) {
    if (code.width() == 0 || code.grid() instanceof Grid.Uniform || code.grid() instanceof Grid.SparseTails) {
      return (short) level;
    }
    for (int v = -(1 << code.width() - 1); v < 1 << code.width() - 1; v++) {
      if (code.grid().level(v) == level) {
        return (short) v;
      }
    }
    throw new AssertionError(level + " is no level of " + code);
  }
}
