package org.ptilmpq.cli.run.serial;

import java.util.random.RandomGenerator;

/** A bad cable: bytes are changed, dropped or inserted, some of them alone and some in bursts. */
final class Noise {

  /** Takes the bytes that come through. */
  interface Sink {
    void accept(byte value);
  }

  private final RandomGenerator random;
  private final double share;
  private final int longestBurst;
  private int burst;
  private boolean insertedBefore;

  /**
   * @param share of bytes where damage begins, 0 to 1
   * @param longestBurst most bytes that one damage goes on for; 1: single bytes
   */
  Noise(RandomGenerator random, double share, int longestBurst) {
    this.random = random;
    this.share = share;
    this.longestBurst = longestBurst;
  }

  /** Passes a byte on, or not; returns whether something happened to it or before it. */
  boolean pass(byte value, Sink sink) {
    insertedBefore = false;
    if (burst == 0) {
      if (random.nextDouble() >= share) {
        sink.accept(value);
        return false;
      }
      burst = 1 + random.nextInt(longestBurst);
    }
    burst--;
    switch (random.nextInt(3)) {
      case 0 -> sink.accept((byte) (value ^ (1 + random.nextInt(255))));
      case 1 -> {}
      default -> {
        insertedBefore = true;
        sink.accept((byte) random.nextInt(256));
        sink.accept(value);
      }
    }
    return true;
  }

  /** Returns whether all that happened to the last byte is another before it. */
  boolean insertedBefore() {
    return insertedBefore;
  }
}
