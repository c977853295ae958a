package org.ptilmpq.bench;

import java.util.List;

/**
 * Times engines in turn, A B C A B C …, so that a machine that gets slower or faster does so to all alike. A turn is as
 * many inferences as take about 50 ms; its time is their mean.
 */
final class InterleavedRounds {

  private static final long WARM_UP_NANOS = 2_000_000_000;
  private static final int LEAST_WARM_UP_RUNS = 10;
  private static final long TURN_NANOS = 50_000_000;

  private InterleavedRounds() {}

  /**
   * Milliseconds of one inference, an engine and a round.
   *
   * @param rounds at least 1
   */
  static double[][] run(List<? extends Peer> peers, int rounds) {
    int[] runs = new int[peers.size()];
    for (int p = 0; p < runs.length; p++) {
      runs[p] = warmUp(peers.get(p));
    }
    double[][] milliseconds = new double[peers.size()][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int p = 0; p < runs.length; p++) {
        milliseconds[p][round] = turn(peers.get(p), runs[p]) * 1e-6 / runs[p];
      }
    }
    return milliseconds;
  }

  /** Runs until the JIT has had its time; returns how many inferences make a turn. */
  private static int warmUp(Peer peer) {
    long start = System.nanoTime();
    long last = TURN_NANOS;
    for (int i = 0; i < LEAST_WARM_UP_RUNS || System.nanoTime() - start < WARM_UP_NANOS; i++) {
      last = turn(peer, 1);
    }
    return Math.clamp(TURN_NANOS / Math.max(1, last), 1, 10_000);
  }

  private static long turn(Peer peer, int runs) {
    long start = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      peer.run();
    }
    return System.nanoTime() - start;
  }
}
