package org.ptilmpq.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The memory that all tensors of a network lie in: the arena of activations, signed bytes, and the network's float
 * scores. It is on the Java heap for kernels in Java, which need arrays, and outside of it for machine code, which
 * needs addresses that stay. Both hold the same bytes. Memory outside is freed by {@link #close}; memory on the heap
 * needs no closing, and can still be used after it.
 */
public final class TensorMemory implements AutoCloseable {

  /**
   * Bytes after the arena, and after the scores, of the native form that kernels may read but not write: vectors may
   * end there.
   */
  public static final int SLACK = 64;

  /** A cache line, and the widest vector. */
  private static final int ALIGNMENT = 64;

  private final byte[] bytes;
  private final float[] scores;
  private final MemorySegment arenaSegment;
  private final MemorySegment scoreSegment;

  /** The memory that {@link #close} frees; null where there is none, or someone else frees it. */
  private final Arena owned;

  private boolean closed;

  private TensorMemory(
      byte[] bytes, float[] scores, MemorySegment arenaSegment, MemorySegment scoreSegment, Arena owned) {
    this.bytes = bytes;
    this.scores = scores;
    this.arenaSegment = arenaSegment;
    this.scoreSegment = scoreSegment;
    this.owned = owned;
  }

  /** Makes arrays of zeros. */
  public static TensorMemory onHeap(int arenaBytes, int scores) {
    return of(new byte[arenaBytes], new float[scores]);
  }

  /** Wraps these arrays themselves, not copies. */
  public static TensorMemory of(byte[] arena, float[] scores) {
    return new TensorMemory(arena, scores, MemorySegment.ofArray(arena), MemorySegment.ofArray(scores), null);
  }

  /**
   * Makes one native allocation of zeros: arena, slack, scores, slack. Arena and scores start at multiples of 64 bytes.
   */
  public static TensorMemory offHeap(int arenaBytes, int scores) {
    long scoresAt = scoresOffset(arenaBytes);
    Arena owned = Arena.ofShared();
    try {
      MemorySegment all = owned.allocate(offHeapBytes(arenaBytes, scores), ALIGNMENT);
      MemorySegment scoreSegment = all.asSlice(scoresAt, (long) Float.BYTES * scores);
      return new TensorMemory(null, null, all.asSlice(0, arenaBytes), scoreSegment, owned);
    } catch (RuntimeException | Error e) {
      owned.close();
      throw e;
    }
  }

  /** Bytes that {@link #offHeap} allocates. */
  static long offHeapBytes(long arenaBytes, int scores) {
    return scoresOffset(arenaBytes) + (long) Float.BYTES * scores + SLACK;
  }

  private static long scoresOffset(long arenaBytes) {
    return Math.ceilDiv(arenaBytes + SLACK, ALIGNMENT) * ALIGNMENT;
  }

  /**
   * Wraps native memory that someone else owns, with slack after both parts: in tests it ends where an unreadable page
   * begins.
   */
  static TensorMemory of(MemorySegment arena, MemorySegment scores) {
    if (!arena.isNative() || !scores.isNative()) {
      throw new IllegalArgumentException("segments of arrays have no addresses");
    }
    return new TensorMemory(null, null, arena, scores, null);
  }

  /** Whether it is outside of the Java heap, so that it has addresses and no arrays. */
  public boolean isNative() {
    return bytes == null;
  }

  /** Length of the arena, without slack. */
  public int arenaBytes() {
    return (int) arenaSegment.byteSize();
  }

  /** How many scores there are. */
  public int scoreCount() {
    return (int) (scoreSegment.byteSize() / Float.BYTES);
  }

  /**
   * The arena on the heap.
   *
   * @throws IllegalStateException if this is native memory
   */
  public byte[] bytes() {
    requireHeap();
    return bytes;
  }

  /**
   * The scores on the heap.
   *
   * @throws IllegalStateException if this is native memory
   */
  public float[] scores() {
    requireHeap();
    return scores;
  }

  /** The arena in either form, for code that is written once for both. Always the same object. */
  public MemorySegment arena() {
    return arenaSegment;
  }

  /** The scores in either form, in the machine's byte order. Always the same object. */
  public MemorySegment scoreSegment() {
    return scoreSegment;
  }

  /**
   * Where the arena is.
   *
   * @throws IllegalStateException if it is on the heap, or freed
   */
  public long arenaAddress() {
    requireNative();
    return arenaSegment.address();
  }

  /**
   * Where the scores are.
   *
   * @throws IllegalStateException if they are on the heap, or freed
   */
  public long scoresAddress() {
    requireNative();
    return scoreSegment.address();
  }

  /**
   * Copies bytes of an array into the arena.
   *
   * @param at where they start in the array
   * @param offset where they go in the arena
   * @throws IndexOutOfBoundsException if either is not long enough
   * @throws IllegalStateException if the memory is freed
   */
  public void write(byte[] from, int at, int offset, int length) {
    MemorySegment.copy(from, at, arenaSegment, ValueLayout.JAVA_BYTE, offset, length);
  }

  /**
   * Copies bytes of the arena into an array.
   *
   * @param offset where they start in the arena
   * @param at where they go in the array
   * @throws IndexOutOfBoundsException if either is not long enough
   * @throws IllegalStateException if the memory is freed
   */
  public void read(int offset, byte[] to, int at, int length) {
    MemorySegment.copy(arenaSegment, ValueLayout.JAVA_BYTE, offset, to, at, length);
  }

  /**
   * Copies the first scores, as many as the array takes.
   *
   * @throws IndexOutOfBoundsException if there are fewer
   * @throws IllegalStateException if the memory is freed
   */
  public void readScores(float[] to) {
    MemorySegment.copy(scoreSegment, ValueLayout.JAVA_FLOAT, 0, to, 0, to.length);
  }

  /** Frees native memory; no kernel may be using it. A second call does nothing. */
  @Override
  public void close() {
    if (owned != null && !closed) {
      closed = true;
      owned.close();
    }
  }

  private void requireHeap() {
    if (bytes == null) {
      throw new IllegalStateException("native memory has no arrays");
    }
  }

  private void requireNative() {
    if (bytes != null) {
      throw new IllegalStateException("arrays have no addresses");
    }
    if (closed) {
      throw new IllegalStateException("the memory is freed");
    }
  }
}
