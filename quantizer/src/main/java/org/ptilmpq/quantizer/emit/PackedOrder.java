package org.ptilmpq.quantizer.emit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.ptilmpq.format.ChannelGroup;
import org.ptilmpq.quantizer.rounding.QuantizedLayer.ChannelCode;

/**
 * The order of a layer's channels in the file: by width, the widest first, and by grid, within each part of a grouped
 * convolution; channels of one width and grid keep the network's order.
 *
 * @param channels the output channel of each packed position
 * @param groups runs of positions of one width and grid
 */
public record PackedOrder(int[] channels, List<ChannelGroup> groups) {

  /**
   * Sorts channels by the width and grid of their codes.
   *
   * @param codes of the output channels
   * @param parts number of parts of equal size, each sorted by itself
   */
  public static PackedOrder of(List<ChannelCode> codes, int parts) {
    int perPart = codes.size() / parts;
    Comparator<Integer> byPartAndCode =
        Comparator.comparingInt((Integer c) -> c / perPart)
            .thenComparing(Comparator.comparingInt((Integer c) -> codes.get(c).width()).reversed())
            .thenComparing(c -> codes.get(c).grid().toString());
    int[] order = IntStream.range(0, codes.size()).boxed().sorted(byPartAndCode).mapToInt(c -> c).toArray();
    List<ChannelGroup> groups = new ArrayList<>();
    int first = 0;
    for (int position = 1; position <= order.length; position++) {
      ChannelCode code = codes.get(order[first]);
      boolean same =
          position < order.length
              && codes.get(order[position]).equals(code)
              && order[position] / perPart == order[first] / perPart;
      if (!same) {
        groups.add(new ChannelGroup(position - first, code.width(), code.grid()));
        first = position;
      }
    }
    return new PackedOrder(order, groups);
  }

  /** Returns the order as the file stores it: empty when it changes nothing. */
  public int[] stored() {
    for (int position = 0; position < channels.length; position++) {
      if (channels[position] != position) {
        return channels;
      }
    }
    return new int[0];
  }
}
