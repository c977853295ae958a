package org.ptilmpq.quantizer.calibration;

import java.util.HashMap;
import java.util.Map;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;

/**
 * Chooses the 8-bit grid of every value. The input and output of max pooling, slicing and padding share a grid, so that
 * these only move bytes.
 */
public final class ActivationGrids {

  /** The value whose grid a value has, along the chain of operations that move bytes. */
  private final Map<Value, Value> sharedWith = new HashMap<>();

  private ActivationGrids(FloatGraph graph) {
    for (Node node : graph.nodes()) {
      switch (node) {
        case Node.MaxPooling pool -> share(pool.output(), pool.input());
        case Node.Slice slice -> share(slice.output(), slice.input());
        case Node.Padding padding -> share(padding.output(), padding.input());
        default -> {}
      }
    }
  }

  /**
   * Chooses the grids, each with the least error on the values counted, as {@link RangeSearch} weighs it.
   *
   * @param histograms of every value
   * @param input the grid of the graph's input, which the preprocessing decides
   * @param cutting what a squared error of cutting a value off costs, in squared errors of rounding
   * @return a grid for every value but the scores, which stay floats
   */
  public static Map<Value, ActivationGrid> choose(
      FloatGraph graph, Map<Value, ValueHistogram> histograms, ActivationGrid input, double cutting) {
    ActivationGrids sharing = new ActivationGrids(graph);
    Map<Value, ValueHistogram> together = new HashMap<>();
    for (Value value : graph.values()) {
      together.computeIfAbsent(sharing.root(value), root -> new ValueHistogram()).add(histograms.get(value));
    }
    Map<Value, ActivationGrid> searched = new HashMap<>();
    together.forEach((root, histogram) -> searched.put(root, RangeSearch.search(histogram, cutting)));
    searched.put(graph.input(), input);
    Map<Value, ActivationGrid> grids = new HashMap<>();
    for (Value value : graph.values()) {
      if (!value.equals(graph.output())) {
        grids.put(value, searched.get(sharing.root(value)));
      }
    }
    return grids;
  }

  /** Inputs come before outputs in a graph, so an input's own root is known by now. */
  private void share(Value output, Value input) {
    sharedWith.put(output, root(input));
  }

  private Value root(Value value) {
    return sharedWith.getOrDefault(value, value);
  }
}
