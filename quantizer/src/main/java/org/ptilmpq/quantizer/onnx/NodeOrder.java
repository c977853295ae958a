package org.ptilmpq.quantizer.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.ptilmpq.quantizer.options.OnnxException;

/**
 * The nodes that the output of an ONNX graph needs, in an order in which they can be computed: the file's order where
 * it is valid. Names that are undefined or defined twice are errors, and so are cycles.
 */
final class NodeOrder {

  private final GraphProto graph;

  /** The node that defines each name; null for inputs and initializers. */
  private final Map<String, Integer> definedBy = new HashMap<>();

  private NodeOrder(GraphProto graph) {
    this.graph = graph;
  }

  /** The nodes that are needed to compute {@code output}. */
  static List<NodeProto> of(GraphProto graph, String output) throws OnnxException {
    NodeOrder order = new NodeOrder(graph);
    order.collectDefinitions();
    return order.sorted(order.needed(output));
  }

  private void collectDefinitions() throws OnnxException {
    Set<String> initializers = new HashSet<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      if (!initializers.add(tensor.getName())) {
        throw new OnnxException("initializer '" + tensor.getName() + "' occurs twice");
      }
      definedBy.put(tensor.getName(), null);
    }
    for (ValueInfoProto input : graph.getInputList()) {
      definedBy.put(input.getName(), null); // Up to IR version 3 initializers are inputs as well.
    }
    for (int i = 0; i < graph.getNodeCount(); i++) {
      for (String output : graph.getNode(i).getOutputList()) {
        if (output.isEmpty()) {
          continue;
        }
        if (definedBy.containsKey(output)) {
          throw new OnnxException("node '%s': '%s' is defined twice".formatted(name(i), output));
        }
        definedBy.put(output, i);
      }
    }
  }

  private String name(int node) {
    return OnnxNode.nameOf(graph.getNode(node));
  }

  /** For each needed node, the nodes whose outputs it reads. */
  private Map<Integer, Set<Integer>> needed(String output) throws OnnxException {
    if (!definedBy.containsKey(output)) {
      throw new OnnxException("nothing computes the graph's output '" + output + "'");
    }
    Map<Integer, Set<Integer>> needed = new HashMap<>();
    Deque<Integer> open = new ArrayDeque<>();
    if (definedBy.get(output) != null) {
      open.add(definedBy.get(output));
    }
    while (!open.isEmpty()) {
      int node = open.remove();
      if (needed.containsKey(node)) {
        continue;
      }
      Set<Integer> sources = new HashSet<>();
      for (String input : graph.getNode(node).getInputList()) {
        if (!input.isEmpty() && !definedBy.containsKey(input)) {
          throw new OnnxException("node '%s' reads '%s', which nothing defines".formatted(name(node), input));
        }
        if (!input.isEmpty() && definedBy.get(input) != null) {
          sources.add(definedBy.get(input));
        }
      }
      needed.put(node, sources);
      open.addAll(sources);
    }
    return needed;
  }

  private List<NodeProto> sorted(Map<Integer, Set<Integer>> sources) throws OnnxException {
    Map<Integer, List<Integer>> readers = new HashMap<>();
    int[] waitingFor = new int[graph.getNodeCount()];
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    sources.forEach(
        (node, from) -> {
          waitingFor[node] = from.size();
          from.forEach(source -> readers.computeIfAbsent(source, none -> new ArrayList<>()).add(node));
          if (from.isEmpty()) {
            ready.add(node);
          }
        });
    List<NodeProto> sorted = new ArrayList<>();
    while (!ready.isEmpty()) {
      int node = ready.remove();
      sorted.add(graph.getNode(node));
      for (int reader : readers.getOrDefault(node, List.of())) {
        if (--waitingFor[reader] == 0) {
          ready.add(reader);
        }
      }
    }
    if (sorted.size() < sources.size()) {
      int stuck = sources.keySet().stream().filter(node -> waitingFor[node] > 0).min(Integer::compare).orElseThrow();
      throw new OnnxException("node '%s' depends on its own result".formatted(name(stuck)));
    }
    return sorted;
  }
}
