package org.ptilmpq.quantizer.emit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.ptilmpq.format.ChannelGroup;
import org.ptilmpq.format.Grid;

/**
 * The order in which a layer's channels stand in the file: by width, the widest first, within each part of a grouped
 * convolution; channels of one width as in the network.
 *
 * @param channels the output channel of each packed position
 * @param groups runs of positions of one width
 */
public record PackedOrder(int[] channels, List<ChannelGroup> groups) {

  /**
   * Sorts channels by width.
   *
   * @param widths of the output channels
   * @param parts of equal size that are sorted one by one
   * @param grids the grid of each width
   */
  public static PackedOrder of(int[] widths, int parts, IntFunction<Grid> grids) {
    int perPart = widths.length / parts;
    Comparator<Integer> byPartAndWidth =
        Comparator.comparingInt((Integer c) -> c / perPart)
            .thenComparing(Comparator.comparingInt((Integer c) -> widths[c]).reversed());
    int[] order = IntStream.range(0, widths.length).boxed().sorted(byPartAndWidth).mapToInt(c -> c).toArray();
    List<ChannelGroup> groups = new ArrayList<>();
    int first = 0;
    for (int position = 1; position <= order.length; position++) {
      boolean same =
          position < order.length
              && widths[order[position]] == widths[order[first]]
              && order[position] / perPart == order[first] / perPart;
      if (!same) {
        int width = widths[order[first]];
        groups.add(new ChannelGroup(position - first, width, grids.apply(width)));
        first = position;
      }
    }
    return new PackedOrder(order, groups);
  }

  /** The order as the file stores it: nothing when it changes nothing. */
  public int[] stored() {
    for (int position = 0; position < channels.length; position++) {
      if (channels[position] != position) {
        return channels;
      }
    }
    return new int[0];
  }
}
