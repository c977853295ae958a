package org.ptilmpq.kernels;

/**
 * How much working memory one thread needs.
 *
 * @param floats number of 32-bit floats
 * @param ints number of 32-bit integers
 * @param shorts number of 16-bit integers
 * @param bytes number of bytes
 */
public record ScratchSize(int floats, int ints, int shorts, int bytes) {

  public static final ScratchSize NONE = new ScratchSize(0, 0);

  /** Without smaller numbers. */
  public ScratchSize(int floats, int ints) {
    this(floats, ints, 0, 0);
  }

  /** Enough for either. */
  public ScratchSize max(ScratchSize other) {
    return new ScratchSize(
        Math.max(floats, other.floats),
        Math.max(ints, other.ints),
        Math.max(shorts, other.shorts),
        Math.max(bytes, other.bytes));
  }

  /** Bytes altogether. */
  public long total() {
    return 4L * floats + 4L * ints + 2L * shorts + bytes;
  }
}
