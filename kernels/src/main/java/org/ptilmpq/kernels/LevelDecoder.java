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

  /** Native memory that {@link #decode} takes on each thread, for a layer of so many inputs, at most. */
  long scratchBytes(int inputs, long streamBytes);
}
