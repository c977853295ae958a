package org.ptilmpq.quantizer.prepare;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ptilmpq.quantizer.emit.ScoreLayer;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;

/**
 * The values of a network whose channels can be scaled, in groups that can only be scaled together: those that an
 * addition joins, or that a pooling or a ReLU makes of one another. Values clamped to other bounds, those whose
 * channels are cut out or padded, and the network's input and output stay as they are.
 */
final class ScalingGroups {

  private final Map<Value, Value> joinedTo = new HashMap<>();
  private final Set<Value> fixed = new HashSet<>();

  private ScalingGroups(FloatGraph graph) {
    fixed.add(graph.input());
    fixed.add(graph.output());
    for (Node node : graph.nodes()) {
      if (!commutesWithScaling(node.clamp())) {
        fixed.add(node.output());
      }
      switch (node) {
        case Node.Convolution conv -> {
          conv.residual().ifPresent(residual -> join(residual, conv.output()));
          if (ScoreLayer.isAppended(conv)) {
            fixed.add(conv.input()); // Its identity matrix must stay one.
          }
        }
        case Node.Addition add -> {
          join(add.left(), add.output());
          join(add.right(), add.output());
        }
        case Node.Activation activation -> join(activation.input(), activation.output());
        case Node.MaxPooling pool -> join(pool.input(), pool.output());
        case Node.AveragePooling pool -> join(pool.input(), pool.output());
        case Node.Slice slice -> rearrange(slice.input(), slice.output());
        case Node.Padding padding -> rearrange(padding.input(), padding.output());
      }
    }
  }

  /** Returns the groups of values that can be scaled, each in the order of the graph. */
  static Collection<List<Value>> of(FloatGraph graph) {
    ScalingGroups groups = new ScalingGroups(graph);
    Set<Value> fixedRoots = new HashSet<>();
    groups.fixed.forEach(value -> fixedRoots.add(groups.root(value)));
    Map<Value, List<Value>> free = new LinkedHashMap<>();
    for (Value value : graph.values()) {
      Value root = groups.root(value);
      if (!fixedRoots.contains(root)) {
        free.computeIfAbsent(root, r -> new ArrayList<>()).add(value);
      }
    }
    return free.values();
  }

  /** Whether clamp(s · x) = s · clamp(x) for every positive s. */
  private static boolean commutesWithScaling(Clamp clamp) {
    boolean low = clamp.low() == 0 || clamp.low() == Float.NEGATIVE_INFINITY;
    boolean high = clamp.high() == 0 || clamp.high() == Float.POSITIVE_INFINITY;
    return low && high;
  }

  /** If the number of channels stays the same, each stays in its place. */
  private void rearrange(Value input, Value output) {
    if (input.shape().channels() == output.shape().channels()) {
      join(input, output);
    } else {
      fixed.add(input);
      fixed.add(output);
    }
  }

  private void join(Value a, Value b) {
    Value from = root(a);
    Value to = root(b);
    if (!from.equals(to)) {
      joinedTo.put(from, to);
    }
  }

  private Value root(Value value) {
    Value root = value;
    while (joinedTo.containsKey(root)) {
      root = joinedTo.get(root);
    }
    return root;
  }
}
