package org.ptilmpq.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Working memory of one thread, shared by all kernels that run on it one after the other. Contents are undefined.
 * Whoever made it closes it when the thread has ended, for the part of it that is outside of the Java heap.
 */
public final class Scratch implements AutoCloseable {

  /** A cache line, and the widest vector. */
  private static final int ALIGNMENT = 64;

  private final float[] floats;
  private final int[] ints;
  private final short[] shorts;
  private final byte[] bytes;
  private final MemorySegment nativeMemory;

  /** What {@link #close} frees; null where that is nothing. */
  private Arena owned;

  public Scratch(ScratchSize size) {
    this(size, null);
  }

  /**
   * With native memory that someone else owns: in tests the slack behind it ends where a page begins that can't be
   * read.
   *
   * @param given null: to be allocated
   */
  Scratch(ScratchSize size, MemorySegment given) {
    floats = new float[size.floats()];
    ints = new int[size.ints()];
    shorts = new short[size.shorts()];
    bytes = new byte[size.bytes()];
    // Last, so that nothing can fail that would leave it behind.
    owned = given == null && size.nativeBytes() > 0 ? Arena.ofShared() : null;
    nativeMemory =
        owned == null
            ? Objects.requireNonNullElse(given, MemorySegment.NULL)
            : allocate(size.nativeBytes(), owned);
  }

  private static MemorySegment allocate(long size, Arena owned) {
    try {
      return owned.allocate(size + TensorMemory.SLACK, ALIGNMENT).asSlice(0, size);
    } catch (RuntimeException | Error e) {
      owned.close();
      throw e;
    }
  }

  /** At least as many floats as were asked for. */
  public float[] floats() {
    return floats;
  }

  /** At least as many integers as were asked for. */
  public int[] ints() {
    return ints;
  }

  /** At least as many 16-bit integers as were asked for. */
  public short[] shorts() {
    return shorts;
  }

  /** At least as many bytes as were asked for. */
  public byte[] bytes() {
    return bytes;
  }

  /**
   * At least as many native bytes as were asked for, from a multiple of 64 on; {@link TensorMemory#SLACK} bytes behind
   * them may be read. Always the same object; empty if none were asked for.
   */
  public MemorySegment nativeMemory() {
    return nativeMemory;
  }

  /** Frees what is native; nobody may be computing in it. A second time does nothing. */
  @Override
  public void close() {
    if (owned != null) {
      owned.close();
      owned = null;
    }
  }
}
