package org.ptilmpq.kernels;

/**
 * How much working memory one thread needs.
 *
 * @param floats number of 32-bit floats
 * @param ints number of 32-bit integers
 * @param shorts number of 16-bit integers
 * @param bytes number of bytes
 * @param nativeBytes number of bytes outside of the Java heap, for machine code
 */
public record ScratchSize(int floats, int ints, int shorts, int bytes, int nativeBytes) {

  public static final ScratchSize NONE = new ScratchSize(0, 0);

  /** A size on the Java heap alone. */
  public ScratchSize(int floats, int ints, int shorts, int bytes) {
    this(floats, ints, shorts, bytes, 0);
  }

  /** A size of 32-bit numbers alone, on the Java heap. */
  public ScratchSize(int floats, int ints) {
    this(floats, ints, 0, 0);
  }

  /** Returns a size outside of the Java heap alone. */
  public static ScratchSize ofNative(int nativeBytes) {
    return new ScratchSize(0, 0, 0, 0, nativeBytes);
  }

  /** Returns the size that is enough for either. */
  public ScratchSize max(ScratchSize other) {
    return new ScratchSize(
        Math.max(floats, other.floats),
        Math.max(ints, other.ints),
        Math.max(shorts, other.shorts),
        Math.max(bytes, other.bytes),
        Math.max(nativeBytes, other.nativeBytes));
  }

  /** Bytes altogether. */
  public long total() {
    return heapBytes() + nativeBytes;
  }

  /** Bytes on the Java heap. */
  public long heapBytes() {
    return 4L * floats + 4L * ints + 2L * shorts + bytes;
  }
}
