package org.ptilmpq.kernels;

/** Decodes the levels of compressed layers faster than the format's own decoder; for any number of threads. */
public interface LevelDecoder {

  /**
   * Decodes a layer into its codes and tails.
   *
   * @return false where the layer is damaged, or of a kind that this decoder leaves to the format's own, which also
   *     knows what to say of it. Codes and tails may hold anything then
   */
  boolean decode(CodedLevels levels);

  /**
   * Native memory that {@link #decode} touches for a layer that isn't damaged, at most.
   *
   * @param inputs weights of one output channel
   * @param hasTaps whether these are of more than one tap
   * @param streamBytes of the layer
   * @param tailBytes of its tails, decoded
   */
  long scratchBytes(int inputs, boolean hasTaps, long streamBytes, long tailBytes);
}
