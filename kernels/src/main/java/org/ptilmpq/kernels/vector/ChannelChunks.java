package org.ptilmpq.kernels.vector;

/**
 * How channels are cut into whole vectors: chunks start every {@code lanes} channels, and the last one is moved back so
 * that it ends with the last channel. Where it overlaps the one before, both compute the same bytes, which is cheaper
 * than a remainder. It takes at least one vector of channels.
 *
 * @param channels of the tensor
 * @param lanes channels of a chunk
 */
record ChannelChunks(int channels, int lanes) {

  /** Whether there is at least one whole vector. */
  boolean fit() {
    return channels >= lanes;
  }

  /** Number of chunks. */
  int count() {
    return (channels + lanes - 1) / lanes;
  }

  /** First channel of a chunk. */
  int start(int chunk) {
    return Math.min(chunk * lanes, channels - lanes);
  }
}
