package org.ptilmpq.runtime;

import java.util.List;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.KernelSpec;

/** The steps of a network in execution order, each with a kernel that is ready to run. */
final class ExecutionPlan implements AutoCloseable {

  /**
   * Work, in multiply-accumulates (see {@link Layer#work}), from which on other threads take part. Waking a parked
   * thread costs the caller some 5 µs and the thread joins after some 50 µs: below about 20 µs of work for one core,
   * sharing cannot win. A fast core does some 30 multiply-accumulates per nanosecond.
   */
  private static final long WORTH_SHARING = 500_000;

  private final Step[] steps;

  private ExecutionPlan(Step[] steps) {
    this.steps = steps;
  }

  /**
   * Makes every kernel ready, which reads all weights once: on all threads, layer by layer.
   *
   * @param specs the model's operations, lowered
   * @param threads of the pool, the caller's own included
   * @throws PqFormatException when the sums of a layer could leave 32 bits
   */
  static ExecutionPlan prepare(
      PqModel model, List<KernelSpec> specs, KernelSet kernels, int threads, WorkerPool pool)
      throws PqFormatException {
    ExecutionPlan plan = new ExecutionPlan(new Step[specs.size()]);
    try {
      plan.prepareSteps(model, specs, kernels, threads, pool);
      return plan;
    } catch (PqFormatException | RuntimeException | Error e) {
      plan.close();
      throw e;
    }
  }

  private void prepareSteps(PqModel model, List<KernelSpec> specs, KernelSet kernels, int threads, WorkerPool pool)
      throws PqFormatException {
    ArithmeticException[] faults = new ArithmeticException[steps.length];
    pool.forEach(
        steps.length,
        i -> {
          try {
            Layer layer = new Layer(model.operations().get(i), model, specs.get(i));
            steps[i] = step(layer, kernels.prepare(specs.get(i)), threads);
          } catch (ArithmeticException e) {
            faults[i] = e;
          }
        });
    for (int i = 0; i < steps.length; i++) {
      if (faults[i] != null) {
        String layer = model.operations().get(i).name();
        throw new PqFormatException("layer " + layer + ": " + faults[i].getMessage(), faults[i]);
      }
    }
  }

  private static Step step(Layer layer, Kernel kernel, int threads) {
    if (threads == 1 || kernel.units() == 1 || layer.work() < WORTH_SHARING) {
      return new Step.Alone(layer, kernel);
    }
    return new Step.Shared(layer, kernel, kernel.chunk(threads));
  }

  /** Frees the kernels' native memory. None of them may be running; their properties can still be read. */
  @Override
  public void close() {
    for (Step step : steps) {
      // Null where opening the model ended before this step was ready.
      if (step != null) {
        step.kernel().close();
      }
    }
  }

  int size() {
    return steps.length;
  }

  Step step(int index) {
    return steps[index];
  }

  /** Computes every step. Allocates nothing. */
  void run(Step.Workspace workspace) {
    for (Step step : steps) {
      step.run(workspace);
    }
  }

  /** Computes every step, and measures its time. Allocates nothing. */
  void run(Step.Workspace workspace, Profiler profiler) {
    long before = System.nanoTime();
    for (int i = 0; i < steps.length; i++) {
      steps[i].run(workspace);
      long after = System.nanoTime();
      profiler.add(i, after - before);
      before = after;
    }
    profiler.endRun();
  }
}
