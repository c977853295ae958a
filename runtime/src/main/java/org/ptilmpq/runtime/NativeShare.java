package org.ptilmpq.runtime;

/**
 * The parts of a {@link MemoryBudget} that kernels of machine code keep outside of the Java heap. Weights are never on
 * that heap.
 *
 * @param arena whether the activations are native
 * @param scratchPerThread native bytes of one thread's working memory
 * @param kernelTables bytes that kernels make of the weights when a model is opened
 * @param decoding native bytes that decoding takes
 */
public record NativeShare(boolean arena, long scratchPerThread, long kernelTables, long decoding) {

  /** The share of kernels in Java. */
  public static final NativeShare NONE = new NativeShare(false, 0, 0, 0);
}
