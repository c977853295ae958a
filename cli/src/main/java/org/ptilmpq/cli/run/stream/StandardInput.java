package org.ptilmpq.cli.run.stream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ptilmpq.cli.process.StandardStreams;
import org.ptilmpq.cli.run.stream.FrameRun.DamageReport;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.image.DecodeLimits;
import org.ptilmpq.runtime.image.FileSignature;
import org.ptilmpq.runtime.image.PictureDecoder;
import org.ptilmpq.runtime.image.PictureException;

/**
 * The pictures of {@code -}: a single one, or JPEG pictures one after the other for as long as they come. The two look
 * alike until something follows the first picture; what ends within half a second after it was one picture.
 */
public final class StandardInput {

  /** Its name among pictures. */
  public static final String NAME = "-";

  /** Bytes at most, however much memory there is: no camera sends larger frames. */
  private static final long MAX_FRAME = 16_000_000;

  /** A picture's encoded bytes may take a quarter of its memory: the scanner, a waiting and a taken frame share it. */
  private static final int FRAME_SHARE = 4 * 3;

  private static final int SIGNATURE = 16;
  private static final int MILLIS_UNTIL_STREAM = 500;

  private final Session session;
  private final ClassificationPrinter printer;
  private final StreamOptions options;

  public StandardInput(Session session, ClassificationPrinter printer, StreamOptions options) {
    this.session = session;
    this.printer = printer;
    this.options = options;
  }

  /**
   * Classifies what comes until it ends.
   *
   * @param stream standard input
   * @throws PictureException when there was no picture that could be read
   * @throws StandardStreams.ClosedException when nobody reads the results any more
   * @throws IOException when reading or writing failed
   */
  public void run(InputStream stream) throws IOException, InterruptedException {
    BufferedInputStream in = new BufferedInputStream(stream);
    in.mark(SIGNATURE);
    byte[] start = in.readNBytes(SIGNATURE);
    in.reset();
    if (FileSignature.isPng(start)) {
      classifyWhole(in);
    } else if (!classifyStream(in)) {
      // Nothing was like a JPEG: this says what it looks like.
      new PictureDecoder().header(start);
    }
  }

  private void classifyWhole(InputStream in) throws IOException {
    // Collecting bytes whose number isn't known takes up to twice their memory.
    int most = (int) Math.min(DecodeLimits.DEFAULT.maxFileBytes(), session.pictureBytes() / 2);
    byte[] bytes = in.readNBytes(most + 1);
    if (bytes.length > most) {
      throw new PictureException("more than the " + most + " bytes allowed");
    }
    PictureLoop loop = new PictureLoop(session);
    loop.rank(bytes, 0, bytes.length, printer.ranking());
    printer.picture(NAME, loop.millis());
  }

  /** Classifies a stream and returns whether there was any frame. */
  private boolean classifyStream(InputStream in) throws IOException, InterruptedException {
    int longest = (int) Math.clamp(session.pictureBytes() / FRAME_SHARE, 4, MAX_FRAME);
    DamageReport damage = new DamageReport();
    LatestFrame latest = new LatestFrame();
    FrameReader reader = new FrameReader(in, longest, latest, options.every(), options.keepAll(), damage);
    Thread thread = new Thread(reader, "ptilmpq-reader");
    // A read from standard input can't be interrupted: when the results' reader has gone, it must not hold the process.
    thread.setDaemon(true);
    thread.start();
    FrameRun run = new FrameRun(new PictureLoop(session), printer, latest, damage);
    AtomicBoolean told = new AtomicBoolean();
    Runnable summary = () -> tell(run, reader.frames(), told);
    // Ctrl-C is how a camera's stream usually ends.
    Runtime.getRuntime().addShutdownHook(new Thread(summary));
    try {
      run.classify(options.areGiven() ? 0 : MILLIS_UNTIL_STREAM);
    } finally {
      latest.abandon();
      summary.run();
    }
    if (reader.frames() > 0 && run.classified() == 0) {
      throw new PictureException("none of " + reader.frames() + " frames could be classified");
    }
    return reader.frames() > 0;
  }

  /** Prints the summary once, and not for a single picture. */
  private static void tell(FrameRun run, long frames, AtomicBoolean told) {
    if (frames > 1 && told.compareAndSet(false, true)) {
      System.err.println("ptilmpq: " + run.summary(frames));
    }
  }
}
