package org.ptilmpq.quantizer.prepare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.quantizer.calibration.ActivationGrid;
import org.ptilmpq.quantizer.calibration.InputReader;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.reference.FloatExecutor;
import org.ptilmpq.quantizer.reference.Softmax;
import org.ptilmpq.quantizer.report.QuantizationReport.AccuracyFacts;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;
import org.ptilmpq.runtime.image.PictureException;

/** Pictures on which a quantized network is compared with the float one. */
public final class ComparedPictures {

  private final String source;
  private final List<Sample> samples = new ArrayList<>();
  private final ActivationGrid grid;
  private final int threads;

  /** A picture in the quantized network's bytes, and the float network's scores of it. */
  public record Sample(byte[] input, float[] scores) {

    /**
     * Reads a picture and runs the float network on it.
     *
     * @throws PictureException when it can't be read
     */
    public static Sample of(Path file, InputReader reader, FloatExecutor executor) throws PictureException {
      InputReader.Input input = reader.read(file);
      return new Sample(input.bytes(), executor.run(input.real()));
    }

    /** Runs the quantized network on the picture. */
    public Outcome outcome(Session session) {
      session.input(input);
      session.run();
      float[] quantized = session.logits();
      return new Outcome(
          Softmax.likeliest(scores), Softmax.likeliest(quantized), Softmax.divergence(scores, quantized));
    }
  }

  /**
   * What both networks say of a picture.
   *
   * @param floatClass the class that the float network finds most likely
   * @param quantizedClass the one that the quantized network does
   * @param kl of the quantized network's answer from the float one's, in nats
   */
  public record Outcome(int floatClass, int quantizedClass, double kl) {

    /** Returns 1 where both say the same class, else 0. */
    public int agreement() {
      return floatClass == quantizedClass ? 1 : 0;
    }
  }

  /**
   * Runs the float network over the pictures; those that can't be read are left out.
   *
   * @param source what the pictures are, in words
   */
  public ComparedPictures(
      List<Path> files, String source, CalibratedModel calibrated, OrderedWork work, int threads, Progress progress) {
    this.source = source;
    this.grid = calibrated.reader().grid();
    this.threads = threads;
    if (files.isEmpty()) {
      return;
    }
    progress.stage("looking at pictures " + source, files.size());
    FloatExecutor executor = new FloatExecutor(calibrated.original());
    InputReader reader = calibrated.reader();
    work.run(
        files.size(),
        index -> sample(files.get(index), reader, executor),
        (index, sample) -> {
          sample.ifPresent(samples::add);
          progress.step();
        });
  }

  private static Optional<Sample> sample(Path file, InputReader reader, FloatExecutor executor) {
    try {
      return Optional.of(Sample.of(file, reader, executor));
    } catch (PictureException e) {
      return Optional.empty(); // The calibration counts and reports pictures like this one.
    }
  }

  /** Whether there is no picture to compare on. */
  public boolean isEmpty() {
    return samples.isEmpty();
  }

  /** Number of pictures. */
  public int count() {
    return samples.size();
  }

  /** Returns a picture as the float network sees it. */
  public float[] input(int picture) {
    return grid.real(samples.get(picture).input);
  }

  /** Compares a quantized network with the float one on the pictures; empty without any. */
  public Optional<AccuracyFacts> compare(PqModel model) throws IOException {
    if (isEmpty()) {
      return Optional.empty();
    }
    int agreeing = 0;
    double divergence = 0;
    try (Session session = Session.open(model, SessionOptions.defaults().withThreads(threads))) {
      for (Sample sample : samples) {
        Outcome outcome = sample.outcome(session);
        agreeing += outcome.agreement();
        divergence += outcome.kl();
      }
    }
    int count = samples.size();
    return Optional.of(new AccuracyFacts(count, source, (double) agreeing / count, divergence / count));
  }
}
