package org.ptilmpq.kernels.vector;

/**
 * How channels are cut into whole vectors of bytes: chunks start every {@link Lanes#BYTES} channels, and the last one
 * is moved back so that it ends with the last channel. Where it overlaps the one before, both compute the same bytes,
 * which is cheaper than a remainder. It takes at least one vector of channels.
 */
final class ChannelChunks {

  private ChannelChunks() {}

  /** Whether there is at least one whole vector. */
  static boolean fit(int channels) {
    return channels >= Lanes.BYTES;
  }

  /** Number of chunks. */
  static int count(int channels) {
    return (channels + Lanes.BYTES - 1) / Lanes.BYTES;
  }

  /** First channel of a chunk. */
  static int start(int chunk, int channels) {
    return Math.min(chunk * Lanes.BYTES, channels - Lanes.BYTES);
  }
}
