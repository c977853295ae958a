package org.ptilmpq.kernels;

/**
 * How much working memory one thread needs.
 *
 * @param floats number of 32-bit floats
 * @param ints number of 32-bit integers
 */
public record ScratchSize(int floats, int ints) {

  public static final ScratchSize NONE = new ScratchSize(0, 0);

  /** Enough for either. */
  public ScratchSize max(ScratchSize other) {
    return new ScratchSize(Math.max(floats, other.floats), Math.max(ints, other.ints));
  }

  /** Bytes altogether. */
  public long bytes() {
    return 4L * floats + 4L * ints;
  }
}
