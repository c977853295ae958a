package org.ptilmpq.runtime;

import java.util.List;
import java.util.OptionalLong;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.runtime.image.Preprocessor;

/**
 * All that is decided about a session before anything large or slow is done: which kernels compute, where every tensor
 * lies, how much memory that needs, and how many threads and how large pictures the memory cap has room for. A plan
 * follows from shapes and sizes alone, and always fits the cap and the Java heap.
 *
 * @param choice the kernels, and why they were chosen
 * @param ownsKernels whether the kernels are closed with the session; else they are the caller's
 * @param memoryPlan where every tensor lies
 * @param kernelMemory the memory that the kernels need
 * @param memoryBudget the memory that the session needs, within the cap; its threads are those that compute
 * @param pictureInput takes pictures as large as the budget leaves room for
 */
record SessionPlan(
    KernelSet.Choice choice,
    boolean ownsKernels,
    MemoryPlan memoryPlan,
    KernelMemory kernelMemory,
    MemoryBudget memoryBudget,
    PictureInput pictureInput)
    implements AutoCloseable {

  /**
   * Plans a session.
   *
   * @throws MemoryCapException when the model does not fit {@link SessionOptions#memoryCap} on a single thread, or the
   *     Java heap
   */
  static SessionPlan of(ModelSource source, SessionOptions options) throws MemoryCapException {
    boolean ownsKernels = options.kernels().isEmpty();
    KernelSet.Choice choice =
        ownsKernels
            ? KernelProvider.choose(options.tileSizes())
            : new KernelSet.Choice(options.kernels().get(), "the caller asked for them");
    try {
      return of(source, options, choice, ownsKernels);
    } catch (MemoryCapException | RuntimeException | Error e) {
      if (ownsKernels) {
        choice.kernels().close();
      }
      throw e;
    }
  }

  private static SessionPlan of(
      ModelSource source, SessionOptions options, KernelSet.Choice choice, boolean ownsKernels)
      throws MemoryCapException {
    KernelSet kernels = choice.kernels();
    PqModel outline = source.outline();
    MemoryPlan memoryPlan = MemoryPlan.of(outline);
    WeightBytes weights = source.weightBytes(kernels);
    long maxHeap = Runtime.getRuntime().maxMemory();
    // Cheapest question first: an arena that can't be had makes all that follows pointless.
    MemoryBudget.of(outline, memoryPlan, KernelMemory.none(kernels), options.withThreads(1), weights, 0)
        .check(outline.name(), OptionalLong.empty(), maxHeap);
    KernelMemory kernelMemory = KernelMemory.of(Lowering.lower(outline, memoryPlan), kernels);
    Preprocessor preprocessor = new Preprocessor(outline.preprocessing(), outline.inputTensor());
    long picture = PictureInput.leastBytes(preprocessor);
    MemoryBudget budget = MemoryBudget.of(outline, memoryPlan, kernelMemory, options, weights, picture);
    for (int fewer = options.threads() - 1; fewer > 0 && !budget.fits(options.memoryCap()); fewer--) {
      SessionOptions slower = options.withThreads(fewer);
      budget = MemoryBudget.of(outline, memoryPlan, kernelMemory, slower, weights, picture);
    }
    budget.check(outline.name(), options.memoryCap(), maxHeap);
    long allowance = budget.pictureAllowance(options.memoryCap(), maxHeap);
    PictureInput pictureInput = new PictureInput(preprocessor, options.decodeLimits(), allowance);
    return new SessionPlan(choice, ownsKernels, memoryPlan, kernelMemory, budget, pictureInput);
  }

  KernelSet kernels() {
    return choice.kernels();
  }

  /** Threads that compute, the caller's own included. */
  int threads() {
    return memoryBudget.threads();
  }

  /** The kernels that compute, and why they were chosen. */
  String kernelChoice() {
    return kernels().name() + ": " + choice.reason();
  }

  /** Frees what the kernels share, machine code above all, unless the caller brought them. */
  @Override
  public void close() {
    if (ownsKernels) {
      kernels().close();
    }
  }

  /**
   * The memory that kernels need besides weights and activations; known from shapes alone.
   *
   * @param nativeTensors whether activations and scores are outside of the Java heap
   * @param scratch what one thread needs for the largest step
   * @param prepared native bytes that all kernels together hold while they can run, at most
   */
  record KernelMemory(boolean nativeTensors, ScratchSize scratch, long prepared) {

    /** Returns the memory for a network without steps. */
    static KernelMemory none(KernelSet kernels) {
      return of(List.of(), kernels);
    }

    /** Returns the memory for these steps. */
    static KernelMemory of(List<KernelSpec> specs, KernelSet kernels) {
      ScratchSize scratch = ScratchSize.NONE;
      long prepared = 0;
      for (KernelSpec spec : specs) {
        scratch = scratch.max(kernels.scratch(spec));
        prepared += kernels.preparedBytes(spec);
      }
      return new KernelMemory(kernels.usesNativeMemory(), scratch, prepared);
    }
  }
}
