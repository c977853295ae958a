package org.ptilmpq.quantizer.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A classifier in floating point, for one picture at a time.
 *
 * @param name what the model calls itself
 * @param input the preprocessed picture
 * @param output class scores (logits) as the model's last node gives them
 * @param nodes in execution order: each reads the input or what an earlier node computes
 */
public record FloatGraph(String name, Value input, Value output, List<Node> nodes) {

  /** Throws {@link IllegalArgumentException} unless every value is computed once, and before it is read. */
  public FloatGraph {
    nodes = List.copyOf(nodes);
    Map<String, Value> known = new HashMap<>();
    known.put(input.name(), input);
    for (Node node : nodes) {
      for (Value value : node.inputs()) {
        requireKnown(known, value, "node '" + node.name() + "'");
      }
      if (known.put(node.output().name(), node.output()) != null) {
        throw new IllegalArgumentException("value " + node.output() + " is computed twice");
      }
    }
    requireKnown(known, output, "the graph's output");
  }

  private static void requireKnown(Map<String, Value> known, Value value, String reader) {
    if (!value.equals(known.get(value.name()))) {
      throw new IllegalArgumentException(reader + " reads " + value + " before it is computed");
    }
  }

  /** The input, then what each node computes, in order. */
  public List<Value> values() {
    List<Value> values = new ArrayList<>(nodes.size() + 1);
    values.add(input);
    nodes.forEach(node -> values.add(node.output()));
    return List.copyOf(values);
  }

  /**
   * Returns how often each value is read, the graph's output counted as a read; values that nothing reads are omitted.
   */
  public Map<Value, Integer> readers() {
    Map<Value, Integer> readers = new HashMap<>();
    nodes.forEach(node -> node.inputs().forEach(value -> readers.merge(value, 1, Integer::sum)));
    readers.merge(output, 1, Integer::sum);
    return Map.copyOf(readers);
  }

  /** Position of the last node that reads a value, for each value that a node reads. */
  public Map<Value, Integer> lastReaders() {
    Map<Value, Integer> last = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (Value value : nodes.get(i).inputs()) {
        last.put(value, i);
      }
    }
    return Map.copyOf(last);
  }

  /** The convolutions, fully connected layers included, in order: the nodes that have weights. */
  public List<Node.Convolution> convolutions() {
    return nodes.stream()
        .filter(Node.Convolution.class::isInstance)
        .map(Node.Convolution.class::cast)
        .toList();
  }

  /** Multiply-accumulates for one picture. */
  public long multiplyAccumulates() {
    return nodes.stream().mapToLong(Node::multiplyAccumulates).sum();
  }

  /** Returns this graph with other nodes, without those that the output doesn't depend on. */
  public FloatGraph withNodes(List<Node> newNodes) {
    Set<Value> needed = new HashSet<>(Set.of(output));
    List<Node> kept = new ArrayList<>();
    for (Node node : newNodes.reversed()) {
      if (needed.contains(node.output())) {
        needed.addAll(node.inputs());
        kept.add(node);
      }
    }
    return new FloatGraph(name, input, output, kept.reversed());
  }
}
