package org.ptilmpq.quantizer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.quantizer.calibration.InputReader;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.reference.FloatExecutor;
import org.ptilmpq.quantizer.reference.Softmax;
import org.ptilmpq.quantizer.report.AccuracyFacts;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;
import org.ptilmpq.runtime.image.PictureException;

/** Calibration pictures that took no part in a quantization: how well a quantized network agrees with the float one. */
final class HeldOut {

  private final List<Sample> samples = new ArrayList<>();
  private final int threads;

  /** A picture in the network's bytes, and what the float network says to it. */
  private record Sample(byte[] input, float[] scores) {}

  /** Runs the float network over the pictures; those that can't be read are left out. */
  HeldOut(Preparation preparation, OrderedWork work, int threads, Progress progress) {
    this.threads = threads;
    List<Path> files = preparation.heldOut();
    if (files.isEmpty()) {
      return;
    }
    progress.stage("looking at pictures kept apart", files.size());
    FloatExecutor executor = new FloatExecutor(preparation.original());
    InputReader reader = preparation.reader();
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

  /** Whether there is any picture to look at. */
  boolean isEmpty() {
    return samples.isEmpty();
  }

  /** How a quantized network does on the pictures; empty without any. */
  Optional<AccuracyFacts> compare(PqModel model) throws IOException {
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
        new AccuracyFacts(
            count,
            count + " calibration pictures kept apart",
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            (double) agreeing / count,
            divergence / count));
  }
}
