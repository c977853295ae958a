package org.ptilmpq.quantizer.reference;

import java.util.Arrays;
import java.util.List;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;

/**
 * Runs a float graph forwards and gradients backwards through it (reverse-mode differentiation). One picture is one
 * thread's work, and any number of threads may run pictures at the same time. All values of a picture are kept from the
 * forward pass for the backward one: about 45 MB per thread for ResNet-50 at 224 × 224.
 *
 * <p>Where a function has no derivative the convention is: a clamp passes nothing at its bounds, and of several largest
 * values of a pooling window the first gets the gradient. As in {@link FloatExecutor}, results are the same to the bit
 * on every machine.
 */
public final class GradientExecutor {

  private final Schedule schedule;

  /** The backpropagation through each step. */
  private final List<Backpropagation> back;

  /** Slots that depend on a convolution's result; gradients of others lead nowhere. */
  private final boolean[] needed;

  private final Workspace.Pool pool = new Workspace.Pool();

  /** Sees the gradient with respect to each convolution's own result, before residual and clamp. */
  @FunctionalInterface
  public interface Observer {

    /**
     * Called from the thread that propagates, the graph's last convolution first; not called for one that the graph's
     * output doesn't depend on.
     *
     * @param gradient height × width × channels of the convolution's output; reused after the call, not to be kept or
     *     changed
     */
    void observe(Node.Convolution convolution, float[] gradient);
  }

  /** Prepares the weights, once for all pictures: about twice as much memory again as the graph's own. */
  public GradientExecutor(FloatGraph graph) {
    this.schedule = Schedule.of(graph);
    this.back = schedule.steps().stream().map(step -> Backpropagation.of(step.node())).toList();
    this.needed = new boolean[schedule.slots()];
    for (Schedule.Step step : schedule.steps()) {
      needed[step.output()] = step.node() instanceof Node.Convolution || anyNeeded(step);
    }
  }

  private boolean anyNeeded(Schedule.Step step) {
    return Arrays.stream(step.inputs()).anyMatch(slot -> needed[slot]);
  }

  /** Runs the graph for one picture. */
  public Pass forward(float[] input) {
    return new Pass(input);
  }

  /** The values of one picture, for one thread at a time. */
  public final class Pass extends Schedule.KeptValues {

    private Pass(float[] input) {
      super(GradientExecutor.this.schedule, pool, input);
    }

    /**
     * Propagates a gradient from the output to every convolution.
     *
     * @param outputGradient derivative of some function with respect to each element of the output
     * @param observer sees that function's derivative with respect to each convolution's own result
     */
    public void backward(float[] outputGradient, Observer observer) {
      if (outputGradient.length != output().length) {
        throw new IllegalArgumentException(
            "a gradient of " + outputGradient.length + " elements, not " + output().length);
      }
      float[][] gradients = new float[schedule.slots()][];
      gradients[schedule.outputSlot()] = workspace.take(outputGradient.length);
      System.arraycopy(outputGradient, 0, gradients[schedule.outputSlot()], 0, outputGradient.length);
      for (int i = back.size() - 1; i >= 0; i--) {
        Schedule.Step step = schedule.steps().get(i);
        float[] gradient = gradients[step.output()];
        if (gradient == null) {
          continue;
        }
        Clamping.propagate(step.node().clamp(), values[step.output()], gradient);
        if (step.node() instanceof Node.Convolution convolution) {
          observer.observe(convolution, gradient);
        }
        if (anyNeeded(step)) {
          for (int slot : step.inputs()) {
            open(gradients, slot);
          }
          back.get(i).propagate(step.read(values), gradient, step.read(gradients), workspace);
        }
        workspace.giveBack(gradient);
        gradients[step.output()] = null;
      }
      if (gradients[0] != null) { // Only where the output is the input.
        workspace.giveBack(gradients[0]);
      }
    }

    private void open(float[][] gradients, int slot) {
      if (needed[slot] && gradients[slot] == null) {
        gradients[slot] = workspace.take(values[slot].length);
        Arrays.fill(gradients[slot], 0);
      }
    }
  }
}
