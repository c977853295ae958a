package org.ptilmpq.cli.process;

/**
 * Keeps the Java heap of an endless run near the size of what lives in it. Pictures larger than the young generation is
 * made for are moved to the old one while they are decoded, and the serial collector lets that grow to the maximum
 * heap, half of the machine's memory, before it collects it. This class has it collected once the heap holds more than
 * was planned.
 */
public final class HeapBound {

  /** Bytes for young objects, and for garbage that is not worth a collection yet. */
  private static final long ROOM = 24_000_000;

  private final long planned;
  private long bound;

  /**
   * @param planned bytes that live on the heap by the memory plan
   */
  public HeapBound(long planned) {
    this.planned = planned;
    this.bound = planned + ROOM;
  }

  /** Collects the heap if it holds more than its bound; to be called between pictures. */
  public void keep() {
    if (used() > bound) {
      System.gc();
      // What still lives is not garbage: collecting again and again would only cost time.
      bound = Math.max(planned, used()) + ROOM;
    }
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
