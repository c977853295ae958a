package org.ptilmpq.quantizer.best;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.ptilmpq.quantizer.best.BitAllocator.Slice;
import org.ptilmpq.quantizer.rounding.LayerRounding;

/**
 * Cuts a layer's output channels into slices: those that need bits most together, 16 at a time in layers of at least 64
 * channels, 8 in smaller ones, and, separately, channels whose weights are all zero, which get no bits at all. The
 * parts of a grouped convolution are cut one by one, as the file requires.
 */
final class ChannelSlicer {

  private static final int LARGE_LAYER = 64;
  private static final int LARGE_SLICE = 16;
  private static final int SMALL_SLICE = 8;

  /** The width whose error says how much a channel needs bits; errors of other widths order channels alike. */
  private static final int ORDERING_WIDTH = 4;

  private ChannelSlicer() {}

  /**
   * Returns the slices of a layer.
   *
   * @param layer its index
   * @param rounding of all widths
   * @param parts of its output channels that don't mix, each as large as the others
   * @param least width of a channel that isn't zero
   * @param most width that a channel may have
   * @param importance what one unit of {@link LayerRounding#error} costs the network
   */
  static List<Slice> slices(
      int layer, LayerRounding rounding, int parts, int least, int most, double importance) {
    List<Slice> slices = new ArrayList<>();
    int perPart = rounding.channels() / parts;
    int size = perPart >= LARGE_LAYER ? LARGE_SLICE : SMALL_SLICE;
    int ordering = Math.clamp(ORDERING_WIDTH, least, most);
    for (int part = 0; part < parts; part++) {
      List<Integer> all = IntStream.range(part * perPart, (part + 1) * perPart).boxed().toList();
      Predicate<Integer> zero = rounding::isZero;
      List<Integer> byNeed =
          all.stream()
              .filter(zero.negate())
              .sorted(Comparator.comparingDouble((Integer c) -> rounding.error(c, ordering)).reversed())
              .toList();
      for (int from = 0; from < byNeed.size(); from += size) {
        List<Integer> channels = byNeed.subList(from, Math.min(byNeed.size(), from + size));
        slices.add(slice(layer, rounding, channels, least, most, importance));
      }
      List<Integer> empty = all.stream().filter(zero).toList();
      if (!empty.isEmpty()) {
        slices.add(slice(layer, rounding, empty, 0, 0, importance));
      }
    }
    return slices;
  }

  private static Slice slice(
      int layer, LayerRounding rounding, List<Integer> channels, int least, int most, double importance) {
    double[] costs = new double[most + 1];
    Arrays.fill(costs, 0, least, Double.POSITIVE_INFINITY);
    for (int width = least; width <= most; width++) {
      for (int channel : channels) {
        costs[width] += importance * rounding.error(channel, width);
      }
    }
    long bytesPerBit = (long) rounding.inputs() * ((channels.size() + 7) / 8);
    return new Slice(layer, channels.stream().mapToInt(c -> c).toArray(), bytesPerBit, least, costs);
  }
}
