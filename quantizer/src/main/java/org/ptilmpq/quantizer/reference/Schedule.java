package org.ptilmpq.quantizer.reference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;

/**
 * The steps of a graph over a table of its values: slot 0 is the graph's input, slot i + 1 what node i computes.
 *
 * @param steps one a node, in execution order
 * @param outputSlot where the graph's output stands
 */
record Schedule(List<Step> steps, int outputSlot) {

  /**
   * One node.
   *
   * @param output the slot it fills
   * @param inputs the slots it reads, in the node's own order
   */
  record Step(Node node, Computation computation, int output, int[] inputs) {

    /** Computes the node: an array of the workspace goes into its slot. */
    void run(Computation chosen, float[][] values, Workspace workspace) {
      float[] result = workspace.take(node.output().shape().elements());
      chosen.compute(read(values), result, workspace);
      values[output] = result;
    }

    /** What the table has in the slots that the node reads. */
    float[][] read(float[][] table) {
      float[][] read = new float[inputs.length][];
      for (int i = 0; i < inputs.length; i++) {
        read[i] = table[inputs[i]];
      }
      return read;
    }
  }

  /** Prepares the weights: about as much memory again as the graph's own. */
  static Schedule of(FloatGraph graph) {
    Map<Value, Integer> slots = new HashMap<>();
    graph.values().forEach(value -> slots.put(value, slots.size()));
    List<Step> steps = new ArrayList<>();
    for (Node node : graph.nodes()) {
      int[] inputs = node.inputs().stream().mapToInt(slots::get).toArray();
      steps.add(new Step(node, Computation.of(node), slots.get(node.output()), inputs));
    }
    return new Schedule(List.copyOf(steps), slots.get(graph.output()));
  }

  /** Number of values. */
  int slots() {
    return steps.size() + 1;
  }
}
