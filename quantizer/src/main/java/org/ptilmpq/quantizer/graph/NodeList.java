package org.ptilmpq.quantizer.graph;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The nodes of a graph while a pass rewrites it, from first to last. */
final class NodeList {

  private final FloatGraph graph;
  private final Map<Value, Integer> readers;
  private final Map<Integer, Node> nodes = new LinkedHashMap<>();
  private final Map<Value, Integer> places = new HashMap<>();
  private int next;

  NodeList(FloatGraph graph) {
    this.graph = graph;
    this.readers = graph.readers();
  }

  /** Appends a node. */
  void add(Node node) {
    nodes.put(next, node);
    places.put(node.output(), next);
    next++;
  }

  /** Returns the node that computes a value if the value is read only once, so that nothing else would miss it. */
  Optional<Node> soleProducer(Value value) {
    boolean readOnce = readers.getOrDefault(value, 0) == 1;
    return readOnce ? Optional.ofNullable(places.get(value)).map(nodes::get) : Optional.empty();
  }

  /** Replaces a node that was added before. */
  void replace(Node old, Node replacement) {
    int place = places.get(old.output());
    nodes.put(place, replacement);
    places.put(replacement.output(), place);
  }

  /** Removes a node that was added before. */
  void remove(Node node) {
    nodes.remove(places.get(node.output()));
  }

  /** Whether one node that was added comes after another. */
  boolean isAfter(Node node, Node other) {
    return places.get(node.output()) > places.get(other.output());
  }

  /** Returns the graph with these nodes. */
  FloatGraph graph() {
    return graph.withNodes(List.copyOf(nodes.values()));
  }
}
