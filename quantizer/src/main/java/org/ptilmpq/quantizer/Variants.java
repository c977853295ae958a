package org.ptilmpq.quantizer;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ptilmpq.format.AtomicFile;
import org.ptilmpq.quantizer.options.Effort;
import org.ptilmpq.quantizer.options.Method;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.options.QuantizationException;
import org.ptilmpq.quantizer.options.QuantizerOptions;
import org.ptilmpq.quantizer.report.QuantizationReport;
import org.ptilmpq.quantizer.report.QuantizationReport.AblationStep;
import org.ptilmpq.quantizer.report.QuantizationReport.AccuracyFacts;
import org.ptilmpq.quantizer.report.QuantizationReport.CurvePoint;

/**
 * Makes the same model in other ways, to compare with the one that was asked for: at other sizes, or with fewer steps
 * of the method. Their files are temporary, unless a folder is named for them.
 */
public final class Variants {

  private final QuantizerOptions options;
  private final Progress progress;

  /**
   * @param options those of the file that was asked for
   */
  public Variants(QuantizerOptions options, Progress progress) {
    this.options = options;
    this.progress = progress;
  }

  /**
   * Returns the curve of accuracy and size. A size that can't be reached is left out with a note.
   *
   * @param model the model that the file asked for was made of
   * @param methods the methods to try
   * @param current the report of the file that was asked for, also a point of the curve
   * @param folder where to keep the files, each named by its length
   * @return the points by size
   * @throws IOException when a file can't be written
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public List<CurvePoint> sweep(
      Quantizer model, List<Method> methods, QuantizationReport current, Optional<Path> folder) throws IOException {
    List<CurvePoint> points = new ArrayList<>();
    points.add(point(options.method(), current, true));
    for (Method method : methods) {
      progress.note("trying " + method);
      try {
        points.add(point(method, model, folder));
      } catch (QuantizationException e) {
        progress.note(method + " is left out: " + e.getMessage());
      }
    }
    points.sort(Comparator.comparingLong(CurvePoint::bytes));
    return points;
  }

  private static CurvePoint point(Method method, Quantizer model, Optional<Path> folder)
      throws IOException, QuantizationException {
    Path made = Files.createTempFile("ptilmpq", ".pq");
    // For a signal that doesn't reach the work in time.
    made.toFile().deleteOnExit();
    try {
      QuantizationReport report = model.make(method, made);
      if (folder.isPresent()) {
        Path kept = folder.get().resolve(report.file().bytes() + ".pq");
        AtomicFile.write(kept, channel -> Files.copy(made, Channels.newOutputStream(channel)));
      }
      return point(method, report, false);
    } finally {
      Files.deleteIfExists(made);
    }
  }

  /**
   * Measures what each step of the method contributes: nearest levels alone, then one step more at a time, up to the
   * effort that was asked for. Steps that it doesn't have are left out.
   *
   * @param current the report of the file that was asked for, the last step
   * @throws QuantizationException when the model, the pictures or the budget don't allow it
   * @throws IOException when a file can't be read or written
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public List<AblationStep> ablate(QuantizationReport current) throws IOException, QuantizationException {
    List<AblationStep> steps = new ArrayList<>();
    List<Rung> rungs = ladder(options.effort());
    for (Rung rung : rungs) {
      boolean last = rung == rungs.getLast();
      if (!last) {
        progress.note("trying with fewer steps: " + rung.name());
      }
      QuantizationReport report = last ? current : make(options.method(), rung.effort());
      Optional<AccuracyFacts> accuracy = report.accuracy();
      steps.add(
          new AblationStep(
              rung.name(),
              report.file().bytes(),
              accuracy.map(AccuracyFacts::agreement).orElse(Double.NaN),
              accuracy.map(AccuracyFacts::kl).orElse(Double.NaN),
              last ? "this file" : ""));
    }
    return steps;
  }

  private static CurvePoint point(Method method, QuantizationReport report, boolean current) {
    Optional<AccuracyFacts> accuracy = report.accuracy();
    return new CurvePoint(
        method.toString(),
        report.file().bytes(),
        accuracy.map(AccuracyFacts::agreement).orElse(Double.NaN),
        accuracy.map(AccuracyFacts::kl).orElse(Double.NaN),
        current);
  }

  private QuantizationReport make(Method method, Effort effort) throws IOException, QuantizationException {
    Path folder = Files.createTempDirectory("ptilmpq");
    Path file = folder.resolve("variant.pq");
    folder.toFile().deleteOnExit();
    file.toFile().deleteOnExit();
    try {
      return Quantizer.quantize(options.with(method, effort, file), progress);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  /** Some of the steps; the name is that of the last one. */
  record Rung(String name, Effort effort) {}

  /**
   * Returns the steps of the method in the order in which they are switched on, from the least work to an effort: rungs
   * that differ, the last one being the effort itself.
   */
  static List<Rung> ladder(Effort most) {
    List<Rung> rungs = new ArrayList<>();
    Effort none =
        new Effort(
            most.pictures(), Math.min(most.variants(), 1), most.positions(), false, false, false, false, false);
    rungs.add(new Rung("nearest levels, equal importance", none));
    boolean equalization = most.equalization();
    boolean matching = most.matching();
    boolean fisher = most.fisher();
    boolean layerKl = most.layerKl();
    none = none.withEqualization(equalization);
    add(rungs, "channels equalized", none);
    add(rungs, "outputs matched layer by layer", with(none, false, false, false, matching));
    add(rungs, "steps by what channels matter", with(none, false, fisher, false, matching));
    add(rungs, "layers weighted by their output KL", with(none, false, fisher, layerKl, matching));
    add(rungs, "rounded by second moments", with(none, most.secondOrder(), fisher, layerKl, matching));
    add(rungs, "on parts of the pictures, too", most);
    return rungs;
  }

  private static Effort with(Effort none, boolean secondOrder, boolean fisher, boolean layerKl, boolean matching) {
    return new Effort(
        none.pictures(),
        none.variants(),
        none.positions(),
        secondOrder,
        fisher,
        layerKl,
        matching,
        none.equalization());
  }

  private static void add(List<Rung> rungs, String name, Effort effort) {
    if (!effort.equals(rungs.getLast().effort())) {
      rungs.add(new Rung(name, effort));
    }
  }
}
