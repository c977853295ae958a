package org.ptilmpq.cli.run.stream;

import java.io.IOException;
import java.io.InputStream;
import org.ptilmpq.cli.run.stream.FrameRun.DamageReport;
import org.ptilmpq.cli.run.stream.StreamOptions.Every;
import org.ptilmpq.runtime.image.PictureException;

/** Reads a stream to its end on a thread of its own, so that the sender never waits for the network. */
final class FrameReader implements Runnable {

  private static final int CHUNK = 64 * 1024;

  private final InputStream in;
  private final JpegScanner scanner;
  private final LatestFrame latest;
  private final Every every;
  private final boolean inTurn;
  private final long mostGarbage;
  private final DamageReport damage;
  private volatile long frames;

  /**
   * @param longest frame in bytes
   * @param every which frames are handed on; the others are skipped
   * @param inTurn whether each frame waits until the one before is taken, instead of being dropped
   */
  FrameReader(
      InputStream in, int longest, LatestFrame latest, Every every, boolean inTurn, DamageReport damage) {
    this.in = in;
    this.scanner = new JpegScanner(longest);
    this.latest = latest;
    this.every = every;
    this.inTurn = inTurn;
    this.mostGarbage = longest;
    this.damage = damage;
  }

  @Override
  public void run() {
    try {
      read();
      latest.end(null);
    } catch (IOException e) {
      latest.end(e);
    } catch (InterruptedException e) {
      latest.end(new IOException("interrupted while a frame was read", e));
    } catch (RuntimeException | Error e) {
      latest.end(new IOException("a frame could not be read: " + e, e));
      throw e;
    }
  }

  private void read() throws IOException, InterruptedException {
    byte[] chunk = new byte[CHUNK];
    for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
      for (int used = 0; used < count; ) {
        used += scanner.feed(chunk, used, count - used);
        drain();
      }
      if (frames == 0 && scanner.discarded() > mostGarbage) {
        throw new PictureException("more than " + mostGarbage + " bytes without a JPEG picture among them");
      }
    }
    JpegScanner.Event last = scanner.end();
    if (last != JpegScanner.Event.MORE) {
      take(last);
    }
  }

  private void drain() throws InterruptedException {
    for (JpegScanner.Event event = scanner.next(); event != JpegScanner.Event.MORE; event = scanner.next()) {
      take(event);
    }
  }

  private void take(JpegScanner.Event event) throws InterruptedException {
    long number = ++frames;
    if (event == JpegScanner.Event.DAMAGED) {
      damage.report(number, scanner.damage());
    } else if (every.wants(number, System.nanoTime())) {
      if (inTurn) {
        latest.offerInTurn(scanner.buffer(), scanner.offset(), scanner.length(), number);
      } else {
        latest.offer(scanner.buffer(), scanner.offset(), scanner.length(), number);
      }
    }
  }

  /** Returns the number of frames so far, including damaged ones. */
  long frames() {
    return frames;
  }
}
