package org.ptilmpq.quantizer.reference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;

/**
 * Runs a float graph. One picture is one thread's work, and any number of threads may run pictures at the same time. A
 * value is dropped as soon as its last reader is done.
 *
 * <p>Every sum runs in one order with fused multiply-adds, whatever the width of vectors: results are the same to the
 * bit on every machine.
 */
public final class FloatExecutor {

  /** One node: where its values stand in a run's table, and which of them nobody needs afterwards. */
  private record Step(Computation computation, Value value, int output, int[] inputs, int[] dropped) {}

  private final FloatGraph graph;
  private final List<Step> steps = new ArrayList<>();
  private final int outputSlot;
  private final Queue<Workspace> idle = new ConcurrentLinkedQueue<>();

  /** Prepares the weights, once for all pictures: about as much memory again as the graph's own. */
  public FloatExecutor(FloatGraph graph) {
    this.graph = graph;
    Map<Value, Integer> slots = new HashMap<>();
    graph.values().forEach(value -> slots.put(value, slots.size()));
    outputSlot = slots.get(graph.output());
    int[] lastReader = new int[slots.size()];
    List<Node> nodes = graph.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      lastReader[slots.get(nodes.get(i).output())] = i;
      for (Value input : nodes.get(i).inputs()) {
        lastReader[slots.get(input)] = i;
      }
    }
    lastReader[outputSlot] = Integer.MAX_VALUE;
    lastReader[slots.get(graph.input())] = Integer.MAX_VALUE; // The caller's array, none of the workspace's.
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      int[] inputs = node.inputs().stream().mapToInt(slots::get).toArray();
      List<Integer> touched = new ArrayList<>(List.of(slots.get(node.output())));
      node.inputs().forEach(value -> touched.add(slots.get(value)));
      int index = i;
      int[] dropped =
          touched.stream().distinct().mapToInt(Integer::intValue).filter(slot -> lastReader[slot] == index).toArray();
      steps.add(new Step(Computation.of(node), node.output(), slots.get(node.output()), inputs, dropped));
    }
  }

  /** The graph that is run. */
  public FloatGraph graph() {
    return graph;
  }

  /** The graph's output for one picture. */
  public float[] run(float[] input) {
    return run(input, ValueObserver.NONE);
  }

  /**
   * The graph's output for one picture.
   *
   * @param input height × width × channels
   * @param observer sees the input and what each node computes, in order
   */
  public float[] run(float[] input, ValueObserver observer) {
    int expected = graph.input().shape().elements();
    if (input.length != expected) {
      throw new IllegalArgumentException("an input of " + input.length + " elements, not " + expected);
    }
    Workspace taken = idle.poll();
    Workspace workspace = taken != null ? taken : new Workspace();
    float[][] values = new float[steps.size() + 1][];
    values[0] = input;
    observer.observe(graph.input(), input);
    for (Step step : steps) {
      float[][] inputs = new float[step.inputs.length][];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = values[step.inputs[i]];
      }
      float[] output = workspace.take(step.value.shape().elements());
      step.computation.compute(inputs, output, workspace);
      values[step.output] = output;
      observer.observe(step.value, output);
      for (int slot : step.dropped) {
        workspace.giveBack(values[slot]);
        values[slot] = null;
      }
    }
    float[] result = values[outputSlot].clone();
    if (outputSlot != 0) {
      workspace.giveBack(values[outputSlot]);
    }
    idle.add(workspace);
    return result;
  }
}
