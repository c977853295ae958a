package org.ptilmpq.kernels;

/**
 * Decodes the levels of compressed layers faster than the format's own decoder; for any number of threads. The memory
 * that it decodes in is kept for the next layers until {@link #close}; the decoder can be used again after that.
 */
public interface LevelDecoder extends AutoCloseable {

  /**
   * Decodes a layer into its codes and tails.
   *
   * @return false where the layer is damaged, or of a kind that this decoder leaves to the format's own, which also
   *     reports the fault. Codes and tails may hold anything then
   */
  boolean decode(CodedLevels levels);

  /**
   * The most native memory that {@link #decode} touches on a thread for a layer that isn't damaged.
   *
   * @param inputs weights of one output channel
   * @param inputChannels that one output channel sees
   * @param streamBytes of the layer
   * @param tailBytes of its tails, decoded
   */
  long scratchBytes(int inputs, int inputChannels, long streamBytes, long tailBytes);

  /** Frees the memory that layers were decoded in; no {@link #decode} may be running. */
  @Override
  default void close() {}
}
