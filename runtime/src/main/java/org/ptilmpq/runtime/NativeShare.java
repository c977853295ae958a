package org.ptilmpq.runtime;

/**
 * Which parts of a {@link MemoryBudget} kernels of machine code keep outside of the Java heap. Weights are never on it.
 *
 * @param arena whether the activations are
 * @param scratchPerThread bytes of one thread's working memory that are
 * @param kernelTables bytes that kernels make of the weights when a model is opened
 * @param decoding bytes of what decoding takes that are
 */
public record NativeShare(boolean arena, long scratchPerThread, long kernelTables, long decoding) {

  /** Of kernels that are Java. */
  public static final NativeShare NONE = new NativeShare(false, 0, 0, 0);
}
