package org.ptilmpq.cli.process;

/**
 * Keeps the Java heap of an endless run near what lives in it. Pictures larger than the young generation is made for are
 * moved to the old one while they are decoded, and the serial collector lets that grow to the largest heap, half of the
 * machine's memory, before it collects it. This has it collected once it holds more than was planned.
 */
public final class HeapBound {

  /** Young objects, and garbage that is not worth a collection yet. */
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

  /** To be called between pictures: collects the heap if it holds more than its bound. */
  public void keep() {
    if (used() > bound) {
      System.gc();
      // What still lives is no garbage: asking for it again and again would only cost time.
      bound = Math.max(planned, used()) + ROOM;
    }
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
