package org.ptilmpq.quantizer.reference;

import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
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

  private final FloatGraph graph;
  private final Schedule schedule;

  /** For each step, the slots that no later step needs. */
  private final int[][] dropped;

  private final Workspace.Pool pool = new Workspace.Pool();

  /** Sees each value of a graph as it is computed for one picture, the input first. */
  @FunctionalInterface
  public interface Observer {

    /**
     * Called from the thread that runs the picture.
     *
     * @param elements height × width × channels; reused after the call, not to be kept or changed
     */
    void observe(Value value, float[] elements);
  }

  /** An executor of a single node, from its first input to its output. */
  public static FloatExecutor of(Node node) {
    return new FloatExecutor(new FloatGraph(node.name(), node.inputs().getFirst(), node.output(), List.of(node)));
  }

  /** Prepares the weights, once for all pictures: about as much memory again as the graph's own. */
  public FloatExecutor(FloatGraph graph) {
    this.graph = graph;
    this.schedule = Schedule.of(graph);
    BitSet kept = new BitSet();
    kept.set(0); // The caller's array, not the workspace's.
    kept.set(schedule.outputSlot());
    dropped = schedule.dropped(IntStream.range(0, schedule.steps().size()).toArray(), kept);
  }

  /** The graph that is run. */
  public FloatGraph graph() {
    return graph;
  }

  /** The graph's output for one picture. */
  public float[] run(float[] input) {
    return run(input, (_, _) -> {});
  }

  /**
   * The graph's output for one picture.
   *
   * @param input height × width × channels
   * @param observer sees the input and what each node computes, in order
   */
  public float[] run(float[] input, Observer observer) {
    schedule.checkInput(input);
    Workspace workspace = pool.take();
    float[][] values = new float[schedule.slots()][];
    values[0] = input;
    observer.observe(graph.input(), input);
    for (int i = 0; i < dropped.length; i++) {
      Schedule.Step step = schedule.steps().get(i);
      step.run(step.computation(), values, workspace);
      observer.observe(step.node().output(), values[step.output()]);
      for (int slot : dropped[i]) {
        workspace.giveBack(values[slot]);
        values[slot] = null;
      }
    }
    int outputSlot = schedule.outputSlot();
    float[] result = values[outputSlot].clone();
    if (outputSlot != 0) {
      workspace.giveBack(values[outputSlot]);
    }
    pool.giveBack(workspace);
    return result;
  }
}
