package org.ptilmpq.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;

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
            Layer layer = Layer.of(model.operations().get(i), model);
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

  /** One layer of an execution plan: a kernel that is ready, and who runs it. */
  sealed interface Step {

    Layer layer();

    Kernel kernel();

    /** Computes the layer. Allocates nothing. */
    void run(Workspace workspace);

    /**
     * The memory and threads that every step of a session uses.
     *
     * @param tensors every activation, and the network's output
     * @param scratch of the calling thread
     * @param pool the other threads, each with its own scratch
     */
    record Workspace(TensorMemory tensors, Scratch scratch, WorkerPool pool) implements AutoCloseable {

      /** Allocates the form of memory that the kernels require. The pool stays the caller's if that fails. */
      static Workspace allocate(int arenaBytes, int scores, SessionPlan.KernelMemory kernels, WorkerPool pool) {
        TensorMemory tensors =
            kernels.nativeTensors()
                ? TensorMemory.offHeap(arenaBytes, scores)
                : TensorMemory.onHeap(arenaBytes, scores);
        try {
          return new Workspace(tensors, new Scratch(kernels.scratch()), pool);
        } catch (RuntimeException | Error e) {
          tensors.close();
          throw e;
        }
      }

      /** Ends the threads, and frees what they computed in. */
      @Override
      public void close() {
        pool.close();
        scratch.close();
        tensors.close();
      }
    }

    /** A layer that can't be cut, or is too small to share: waking other threads would take longer. */
    record Alone(Layer layer, Kernel kernel) implements Step {
      @Override
      public void run(Workspace workspace) {
        kernel.run(workspace.tensors, 0, kernel.units(), workspace.scratch);
      }
    }

    /**
     * A layer that all threads compute together.
     *
     * @param chunk units that a thread takes at a time
     */
    record Shared(Layer layer, Kernel kernel, int chunk) implements Step {
      @Override
      public void run(Workspace workspace) {
        workspace.pool.run(kernel, workspace.tensors, chunk, workspace.scratch);
      }
    }
  }

  /** Adds up how long each step took. Two additions and one reading of the clock per step: cheap enough to leave on. */
  static final class Profiler {

    private final long[] nanos;
    private long runs;

    Profiler(int steps) {
      nanos = new long[steps];
    }

    void add(int step, long stepNanos) {
      nanos[step] += stepNanos;
    }

    void endRun() {
      runs++;
    }

    void reset() {
      Arrays.fill(nanos, 0);
      runs = 0;
    }

    /** Returns the measured times, with what is known of each layer. */
    List<LayerProfile> layers(ExecutionPlan plan) {
      List<LayerProfile> profiles = new ArrayList<>(nanos.length);
      for (int i = 0; i < nanos.length; i++) {
        Step step = plan.step(i);
        Layer layer = step.layer();
        profiles.add(
            new LayerProfile(
                layer.name(),
                layer.kind(),
                layer.shape(),
                step.kernel().method(),
                step instanceof Step.Shared,
                layer.macs(),
                layer.averageBits(),
                layer.weightBytes(),
                layer.activationBytes(),
                runs,
                nanos[i]));
      }
      return List.copyOf(profiles);
    }
  }
}
