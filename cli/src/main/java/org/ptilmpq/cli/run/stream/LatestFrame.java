package org.ptilmpq.cli.run.stream;

import java.io.IOException;
import java.util.Arrays;

/**
 * Hands frames from the thread that reads them to the one that classifies them. There is room for one: a frame that is
 * not taken before the next one comes is dropped, so that what is classified is never old.
 *
 * <pre>
 *   reader ─ offer → waiting ─ take → taken → classified
 *                    (overwritten by the next)
 * </pre>
 */
final class LatestFrame {

  private Frame waiting = new Frame();
  private Frame taken = new Frame();
  private boolean isWaiting;
  private boolean ended;
  private boolean abandoned;
  private IOException failure;
  private long frames;
  private long dropped;

  /** Wanted frames that were dropped since one was taken. */
  private long droppedSince;

  /** Leaves a frame, replacing one that still waits. */
  synchronized void offer(byte[] buffer, int offset, int length, long number) {
    if (isWaiting) {
      dropped++;
      droppedSince++;
    }
    put(buffer, offset, length, number);
  }

  /** Leaves a frame once the one before is taken. */
  synchronized void offerInTurn(byte[] buffer, int offset, int length, long number) throws InterruptedException {
    while (isWaiting && !abandoned) {
      wait();
    }
    put(buffer, offset, length, number);
  }

  private void put(byte[] buffer, int offset, int length, long number) {
    waiting.set(buffer, offset, length, number, droppedSince);
    isWaiting = true;
    frames++;
    notifyAll();
  }

  /**
   * Ends the stream: there are no more frames.
   *
   * @param failure why reading ended, or null at the end of the stream
   */
  synchronized void end(IOException failure) {
    ended = true;
    this.failure = failure;
    notifyAll();
  }

  /** Releases a thread that waits to leave a frame: none will be taken any more. */
  synchronized void abandon() {
    abandoned = true;
    notifyAll();
  }

  /**
   * Waits for a frame. It holds until the next call.
   *
   * @return null at the end of the stream
   * @throws IOException when reading failed
   */
  synchronized Frame take() throws IOException, InterruptedException {
    while (!isWaiting && !ended) {
      wait();
    }
    if (!isWaiting) {
      if (failure != null) {
        throw failure;
      }
      return null;
    }
    Frame frame = waiting;
    waiting = taken;
    taken = frame;
    isWaiting = false;
    droppedSince = 0;
    notifyAll();
    return frame;
  }

  /** Waits until a second frame, the end or the time limit has come. Returns whether there is exactly one frame. */
  synchronized boolean isTheOnlyOne(long millis) throws InterruptedException {
    long until = System.nanoTime() + millis * 1_000_000;
    for (long left = millis; frames == 1 && !ended && left > 0; left = (until - System.nanoTime()) / 1_000_000) {
      wait(left);
    }
    return frames == 1 && ended && failure == null;
  }

  /** Returns the number of wanted frames that were dropped. */
  synchronized long dropped() {
    return dropped;
  }

  /** One encoded picture of a stream, in a buffer that is reused and grows to the longest picture. */
  static final class Frame {

    private byte[] bytes = {};
    private int length;
    private long number;
    private long dropped;

    /**
     * Copies a picture in.
     *
     * @param number of the frame, from 1
     * @param dropped wanted frames before this one that nobody has taken
     */
    void set(byte[] buffer, int offset, int length, long number, long dropped) {
      if (bytes.length < length) {
        bytes = Arrays.copyOf(bytes, Math.max(length, (int) Math.min(2L * bytes.length, buffer.length)));
      }
      System.arraycopy(buffer, offset, bytes, 0, length);
      this.length = length;
      this.number = number;
      this.dropped = dropped;
    }

    byte[] bytes() {
      return bytes;
    }

    int length() {
      return length;
    }

    long number() {
      return number;
    }

    long dropped() {
      return dropped;
    }
  }
}
