package org.ptilmpq.quantizer.reference;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;

/**
 * The steps of a graph over a table of its values: slot 0 is the graph's input, slot i + 1 what node i computes.
 *
 * @param steps one per node, in execution order
 * @param inputElements length of the graph's input
 * @param outputSlot the slot of the graph's output
 */
record Schedule(List<Step> steps, int inputElements, int outputSlot) {

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

    /** Returns the table's entries for the slots that the node reads. */
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
    return new Schedule(List.copyOf(steps), graph.input().shape().elements(), slots.get(graph.output()));
  }

  /** Number of values. */
  int slots() {
    return steps.size() + 1;
  }

  /** Throws {@link IllegalArgumentException} for an input of another length. */
  void checkInput(float[] input) {
    if (input.length != inputElements) {
      throw new IllegalArgumentException("an input of " + input.length + " elements, not " + inputElements);
    }
  }

  /**
   * Finds the slots that are no longer needed after each of some steps.
   *
   * @param order positions of steps, ascending
   * @param kept slots that are never dropped
   * @return for each of them the slots that it touches and no later one does
   */
  int[][] dropped(int[] order, BitSet kept) {
    int[][] dropped = new int[order.length][];
    BitSet later = (BitSet) kept.clone();
    for (int i = order.length - 1; i >= 0; i--) {
      Step step = steps.get(order[i]);
      dropped[i] =
          IntStream.concat(IntStream.of(step.output), IntStream.of(step.inputs))
              .distinct()
              .filter(slot -> !later.get(slot))
              .toArray();
      IntStream.of(dropped[i]).forEach(later::set);
    }
    return dropped;
  }

  /** All values of one picture, for one thread at a time. */
  static class KeptValues implements AutoCloseable {

    final Schedule schedule;
    final Workspace workspace;

    /** One per slot; all arrays but the input are the workspace's. */
    final float[][] values;

    private final Workspace.Pool pool;

    /** Runs all steps and drops nothing. */
    KeptValues(Schedule schedule, Workspace.Pool pool, float[] input) {
      schedule.checkInput(input);
      this.schedule = schedule;
      this.pool = pool;
      workspace = pool.take();
      values = new float[schedule.slots()][];
      values[0] = input;
      for (Step step : schedule.steps) {
        step.run(step.computation, values, workspace);
      }
    }

    /** The graph's output, not to be changed; gone when this is closed. */
    public final float[] output() {
      return values[schedule.outputSlot];
    }

    /** Frees the values' memory for the next picture. */
    @Override
    public final void close() {
      for (int slot = 1; slot < values.length; slot++) {
        workspace.giveBack(values[slot]);
      }
      pool.giveBack(workspace);
    }
  }
}
