package org.ptilmpq.runtime;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whose turn it is to use a session. Two threads in one arena would give wrong scores, and two callers of one pool of
 * workers would wait for each other forever; so the second one gets an exception instead. A turn costs one exchange of
 * a number at its beginning and one write at its end, and allocates nothing.
 */
final class ExclusiveUse {

  private static final int FREE = 0;
  private static final int AT_WORK = 1;
  private static final int CLOSED = 2;

  private final AtomicInteger state = new AtomicInteger(FREE);
  private final Turn turn = new Turn();

  /**
   * Takes the turn.
   *
   * @return to be closed when it ends
   * @throws IllegalStateException when somebody else has it, or the session is closed
   */
  Turn begin() {
    if (!state.compareAndSet(FREE, AT_WORK)) {
      throw new IllegalStateException(isClosed() ? "the session is closed" : atWork("give each thread its own session,"
          + " all of them on one PqFile"));
    }
    return turn;
  }

  /** Gives the turn back. */
  final class Turn implements AutoCloseable {
    @Override
    public void close() {
      state.set(FREE);
    }
  }

  /**
   * Ends all use, forever.
   *
   * @return false when that was done before
   * @throws IllegalStateException while the session is in use
   */
  boolean close() {
    if (state.compareAndSet(FREE, CLOSED)) {
      return true;
    }
    if (!isClosed()) {
      throw new IllegalStateException(atWork("close it when that has ended"));
    }
    return false;
  }

  boolean isClosed() {
    return state.get() == CLOSED;
  }

  private static String atWork(String remedy) {
    return "the session is at work on another thread; " + remedy;
  }
}
