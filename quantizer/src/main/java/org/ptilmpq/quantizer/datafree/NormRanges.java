package org.ptilmpq.quantizer.datafree;

import java.util.HashMap;
import java.util.Map;
import org.ptilmpq.quantizer.calibration.ActivationGrid;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;

/**
 * Ranges of activations that batch norms vouch for. Synthetic pictures show nothing that a class is recognized by, and
 * activations that recognize it stay small: ranges found on them would cut real activations off. So each grid is
 * widened to hold a number of standard deviations of every channel, as far as clamps let it (Nagel et al. 2019, arXiv
 * 1906.04721).
 */
public final class NormRanges {

  /**
   * Number of standard deviations, as in Nagel et al. On ResNet-50 the ranges that real pictures require are between 4
   * and 20 of them; 6, 8 and 11 gave similar results, as a range twice too wide costs one of eight bits.
   */
  public static final double DEVIATIONS = 6;

  private NormRanges() {}

  /**
   * Returns the widened grids, none of them narrower than before. Operations that only move bytes keep the grid of
   * their input.
   *
   * @param grids of every value but the scores; the input's stays as it is
   */
  public static Map<Value, ActivationGrid> widened(
      FloatGraph graph, Map<Value, ActivationGrid> grids, NormStatistics statistics, double deviations) {
    Map<Value, ActivationGrid> widened = new HashMap<>();
    widened.put(graph.input(), grids.get(graph.input()));
    for (Node node : graph.nodes()) {
      Value value = node.output();
      if (!grids.containsKey(value)) {
        continue;
      }
      widened.put(
          value,
          switch (node) {
            case Node.MaxPooling pool -> widened.get(pool.input());
            case Node.Slice slice -> widened.get(slice.input());
            case Node.Padding padding -> widened.get(padding.input());
            default -> widened(grids.get(value), statistics.channels().get(value), deviations);
          });
    }
    return widened;
  }

  private static ActivationGrid widened(ActivationGrid grid, NormStatistics.Channels channels, double deviations) {
    double low = Math.min(grid.real(Byte.MIN_VALUE), channels.least(deviations));
    double high = Math.max(grid.real(Byte.MAX_VALUE), channels.greatest(deviations));
    boolean same = low == grid.real(Byte.MIN_VALUE) && high == grid.real(Byte.MAX_VALUE);
    return same ? grid : ActivationGrid.covering(low, high);
  }
}
