package org.ptilmpq.quantizer.rounding;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.ptilmpq.format.BitPacking;
import org.ptilmpq.format.Grid;
import org.ptilmpq.format.TailPacking;
import org.ptilmpq.quantizer.rounding.QuantizedLayer.ChannelCode;

/**
 * Decides how many bit planes hold the dense part of each channel's levels. The levels don't change: this only decides
 * the memory that packed weights take, which stays resident. A block of channels gets the width of the fewest bytes,
 * planes and lists of tails together; the smaller one where two are equal.
 *
 * <p>Blocks have neighbouring channels, so that kernels write what they compute in one piece. Sorted by magnitude they
 * would take a little less, and every result would have to be scattered. Channels whose weights are all zero get no
 * codes where there are many, as in a pruned layer; a few stay among the others, so that these remain neighbours.
 */
public final class DenseWidths {

  private static final int MOST = 8;

  /** One zero channel in this many makes it worth leaving zero channels out. */
  private static final int MANY = 8;

  private DenseWidths() {}

  /**
   * Returns how each channel is held.
   *
   * @param levels [output channel][weight]
   * @param parts of equal size whose channels don't share blocks
   */
  public static List<ChannelCode> choose(short[][] levels, int parts) {
    ChannelCode[] chosen = new ChannelCode[levels.length];
    int perPart = levels.length / parts;
    for (int part = 0; part < parts; part++) {
      List<Integer> all = IntStream.range(part * perPart, (part + 1) * perPart).boxed().toList();
      List<Integer> some = all.stream().filter(c -> !isZero(levels[c])).toList();
      boolean leavesOut = (all.size() - some.size()) * MANY >= all.size();
      List<Integer> channels = leavesOut ? some : all;
      all.forEach(c -> chosen[c] = ChannelCode.NONE);
      for (int from = 0; from < channels.size(); from += BitPacking.BLOCK) {
        List<Integer> block = channels.subList(from, Math.min(channels.size(), from + BitPacking.BLOCK));
        ChannelCode code = choose(levels, block);
        block.forEach(c -> chosen[c] = code);
      }
    }
    return List.of(joined(chosen));
  }

  /** Puts channels of one width on one grid, without which they wouldn't be one group. */
  private static ChannelCode[] joined(ChannelCode[] chosen) {
    Set<ChannelCode> withTails = new HashSet<>();
    for (ChannelCode code : chosen) {
      if (code.grid() instanceof Grid.SparseTails) {
        withTails.add(code);
      }
    }
    for (int c = 0; c < chosen.length; c++) {
      ChannelCode tails = new ChannelCode(chosen[c].width(), new Grid.SparseTails());
      if (withTails.contains(tails)) {
        chosen[c] = tails;
      }
    }
    return chosen;
  }

  private static ChannelCode choose(short[][] levels, List<Integer> block) {
    int inputs = levels[block.getFirst()].length;
    int[] needed = new int[inputs];
    int low = 0;
    int high = 0;
    for (int c : block) {
      for (int k = 0; k < inputs; k++) {
        needed[k] = Math.max(needed[k], TailPacking.planes(levels[c][k]));
        low = Math.min(low, levels[c][k]);
        high = Math.max(high, levels[c][k]);
      }
    }
    if (low == 0 && high == 0) {
      return ChannelCode.NONE;
    }
    int widest = IntStream.of(needed).max().orElseThrow();
    int best = MOST;
    long least = Long.MAX_VALUE;
    for (int width = 1; width <= Math.min(widest, MOST); width++) {
      int most = width;
      int listed = (int) IntStream.of(needed).filter(planes -> planes > most).count();
      int tailPlanes =
          Math.max(
              TailPacking.planes(Grid.SparseTails.tail(low, width)),
              TailPacking.planes(Grid.SparseTails.tail(high, width)));
      long bytes = BitPacking.blockBytes(inputs, width, block.size());
      bytes += listed > 0 ? TailPacking.blockBytes(listed, tailPlanes, block.size()) : 0;
      if (bytes < least) {
        least = bytes;
        best = width;
      }
    }
    return new ChannelCode(best, widest <= best ? new Grid.Uniform() : new Grid.SparseTails());
  }

  private static boolean isZero(short[] levels) {
    for (short level : levels) {
      if (level != 0) {
        return false;
      }
    }
    return true;
  }
}
