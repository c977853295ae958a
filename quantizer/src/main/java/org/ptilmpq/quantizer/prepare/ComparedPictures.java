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
import org.ptilmpq.quantizer.report.AccuracyFacts;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;
import org.ptilmpq.runtime.image.PictureException;

/** Pictures on which a quantized network is compared with the float one. */
public final class ComparedPictures {

  private final String source;
  private final List<Sample> samples = new ArrayList<>();
  private final ActivationGrid grid;
  private final int threads;

  /** A picture in the network's bytes, and the float network's scores of it. */
  private record Sample(byte[] input, float[] scores) {}

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
    InputReader.Input input;
    try {
      input = reader.read(file);
    } catch (PictureException e) {
      return Optional.empty(); // The calibration counts and reports pictures like this one.
    }
    return Optional.of(new Sample(input.bytes(), executor.run(input.real())));
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
        session.input(sample.input);
        session.run();
        float[] scores = session.logits();
        agreeing += Softmax.likeliest(scores) == Softmax.likeliest(sample.scores) ? 1 : 0;
        divergence += Softmax.divergence(sample.scores, scores);
      }
    }
    int count = samples.size();
    return Optional.of(
        new AccuracyFacts(count, source, (double) agreeing / count, divergence / count));
  }
}
