package org.ptilmpq.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Working memory of one thread, shared by all kernels that run on it one after the other. Contents are undefined. Its
 * creator closes it when the thread has ended, to free the part outside of the Java heap.
 */
public final class Scratch implements AutoCloseable {

  /** A cache line, and the widest vector. */
  private static final int ALIGNMENT = 64;

  private final float[] floats;
  private final int[] ints;
  private final short[] shorts;
  private final byte[] bytes;
  private final MemorySegment nativeMemory;

  /** The memory that {@link #close} frees; null where there is none. */
  private Arena owned;

  public Scratch(ScratchSize size) {
    this(size, null);
  }

  /**
   * Uses native memory that someone else owns: in tests the slack after it ends where an unreadable page begins.
   *
   * @param given the memory; null: to be allocated
   */
  Scratch(ScratchSize size, MemorySegment given) {
    floats = new float[size.floats()];
    ints = new int[size.ints()];
    shorts = new short[size.shorts()];
    bytes = new byte[size.bytes()];
    // Last, so that no later failure can leak it.
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

  /** At least as many floats as were requested. */
  public float[] floats() {
    return floats;
  }

  /** At least as many integers as were requested. */
  public int[] ints() {
    return ints;
  }

  /** At least as many 16-bit integers as were requested. */
  public short[] shorts() {
    return shorts;
  }

  /** At least as many bytes as were requested. */
  public byte[] bytes() {
    return bytes;
  }

  /**
   * At least as many native bytes as were requested, starting at a multiple of 64; {@link TensorMemory#SLACK} bytes
   * after them may be read. Always the same object; empty if none were requested.
   */
  public MemorySegment nativeMemory() {
    return nativeMemory;
  }

  /** Frees native memory; no kernel may be using it. A second call does nothing. */
  @Override
  public void close() {
    if (owned != null) {
      owned.close();
      owned = null;
    }
  }
}
