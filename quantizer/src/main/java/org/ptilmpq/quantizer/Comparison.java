package org.ptilmpq.quantizer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.quantizer.ComparisonResult.Interval;
import org.ptilmpq.quantizer.calibration.InputReader;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.calibration.PictureFolder;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.options.QuantizationException;
import org.ptilmpq.quantizer.prepare.ComparedPictures;
import org.ptilmpq.quantizer.prepare.FloatModel;
import org.ptilmpq.quantizer.reference.FloatExecutor;
import org.ptilmpq.runtime.LabelledPictures;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;
import org.ptilmpq.runtime.image.PictureException;

/** Runs a float network and its quantized form on the same pictures. */
public final class Comparison {

  private static final int NO_CLASS = -1;

  private final FloatExecutor executor;
  private final InputReader reader;
  private final Session session;
  private final List<PictureException> failures = new ArrayList<>();
  private final List<Outcome> outcomes = new ArrayList<>();

  /** A picture, or why it can't be read. */
  private record Sample(ComparedPictures.Sample picture, PictureException failure) {}

  /** The result on one picture of a class. */
  private record Outcome(ComparedPictures.Outcome classes, int classIndex) {

    int floatRight() {
      return classes.floatClass() == classIndex ? 1 : 0;
    }

    int quantizedRight() {
      return classes.quantizedClass() == classIndex ? 1 : 0;
    }
  }

  private Comparison(FloatGraph graph, Session session) throws QuantizationException {
    this.executor = new FloatExecutor(graph);
    this.session = session;
    this.reader = new InputReader(session.model().preprocessing(), graph.input());
  }

  /**
   * Compares a model with its quantized form, both fed as the {@code .pq} file's preprocessing says.
   *
   * @param onnx the float model
   * @param pq its quantized form
   * @param pictures folder of pictures
   * @param labels table with a header and {@code file,class} per line; only the pictures it names are used
   * @param threads how many to work with
   * @throws QuantizationException when the two don't fit together, or no picture can be read
   * @throws IOException when a file can't be read or the table is broken; {@link org.ptilmpq.format.PqFormatException}
   *     for a broken .pq
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public static ComparisonResult compare(
      Path onnx, Path pq, Path pictures, Optional<Path> labels, int threads, Progress progress)
      throws IOException, QuantizationException {
    try (Session session = Session.open(pq, SessionOptions.defaults().withThreads(1));
        OrderedWork work = new OrderedWork(threads)) {
      Tensor input = session.model().inputTensor();
      Tensor output = session.model().outputTensor();
      int side = input.height() == input.width() ? input.height() : 0;
      FloatGraph graph = FloatModel.read(onnx, side);
      checkAlike(graph, input, output);
      List<LabelledPictures.Entry> entries =
          labels.isPresent()
              ? LabelledPictures.read(labels.get(), pictures, output.channels())
              : PictureFolder.list(pictures).stream()
                  .map(file -> new LabelledPictures.Entry(file, NO_CLASS))
                  .toList();
      return new Comparison(graph, session).run(entries, labels.isPresent(), work, progress);
    }
  }

  private static void checkAlike(FloatGraph graph, Tensor input, Tensor output) throws QuantizationException {
    Shape shape = graph.input().shape();
    boolean alike =
        shape.equals(new Shape(input.height(), input.width(), input.channels()))
            && graph.output().shape().elements() == output.channels();
    if (!alike) {
      throw new QuantizationException(
          "the two are not the same network: the float model goes from " + graph.input() + " to " + graph.output()
              + ", the quantized one from " + input.height() + "×" + input.width() + "×" + input.channels() + " to "
              + output.channels() + " scores");
    }
  }

  private ComparisonResult run(
      List<LabelledPictures.Entry> entries, boolean labelled, OrderedWork work, Progress progress)
      throws QuantizationException {
    progress.stage("comparing", entries.size());
    work.run(
        entries.size(),
        index -> sample(entries.get(index).file()),
        (index, sample) -> {
          if (sample.failure != null) {
            failures.add(sample.failure);
          } else {
            outcomes.add(new Outcome(sample.picture.outcome(session), entries.get(index).classIndex()));
          }
          progress.step();
        });
    if (outcomes.isEmpty()) {
      throw new QuantizationException("no picture can be read; the first says: " + failures.getFirst().getMessage());
    }
    if (!failures.isEmpty()) {
      progress.note(
          failures.size() + " of " + entries.size() + " pictures can't be read (the first: "
              + failures.getFirst().getMessage() + ")");
    }
    return result(labelled);
  }

  private ComparisonResult result(boolean labelled) {
    double[] agreement = figures(outcome -> outcome.classes.agreement());
    double[] kl = figures(outcome -> outcome.classes.kl());
    double[] floatTop1 = figures(Outcome::floatRight);
    double[] quantizedTop1 = figures(Outcome::quantizedRight);
    double[] drop = figures(outcome -> outcome.floatRight() - outcome.quantizedRight());
    Interval[] intervals = PairedBootstrap.intervals(new double[][] {agreement, kl, quantizedTop1, drop});
    return new ComparisonResult(
        outcomes.size(),
        failures.size(),
        labelled ? OptionalDouble.of(mean(floatTop1)) : OptionalDouble.empty(),
        labelled ? OptionalDouble.of(mean(quantizedTop1)) : OptionalDouble.empty(),
        mean(agreement),
        mean(kl),
        new ComparisonResult.Intervals(
            intervals[0],
            intervals[1],
            labelled ? Optional.of(intervals[2]) : Optional.empty(),
            labelled ? Optional.of(intervals[3]) : Optional.empty()));
  }

  private double[] figures(ToDoubleFunction<Outcome> figure) {
    return outcomes.stream().mapToDouble(figure).toArray();
  }

  private static double mean(double[] figures) {
    return Arrays.stream(figures).sum() / figures.length;
  }

  private Sample sample(Path file) {
    try {
      return new Sample(ComparedPictures.Sample.of(file, reader, executor), null);
    } catch (PictureException e) {
      return new Sample(null, e);
    }
  }
}
