package org.ptilmpq.quantizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.quantizer.best.BestMethod;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.faithful.FaithfulMethod;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.options.Method;
import org.ptilmpq.quantizer.options.OnnxException;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.options.QuantizationException;
import org.ptilmpq.quantizer.options.QuantizerOptions;
import org.ptilmpq.quantizer.prepare.CalibratedModel;
import org.ptilmpq.quantizer.prepare.ComparedPictures;
import org.ptilmpq.quantizer.prepare.LayerErrors;
import org.ptilmpq.quantizer.prepare.QuantizedNetwork;
import org.ptilmpq.quantizer.prepare.ReportBuilder;
import org.ptilmpq.quantizer.report.LayerReport.OutputErrors;
import org.ptilmpq.quantizer.report.QuantizationReport;
import org.ptilmpq.quantizer.report.QuantizationReport.AccuracyFacts;

/**
 * ONNX in, {@code .pq} out: calibrate, learn what matters, share the bits out, round layer by layer, match each layer's
 * outputs to the float network's, write. The same options on the same files give the same bytes, whatever the number of
 * threads.
 *
 * <p>{@link #quantize} makes one file. An instance is a model that is calibrated and measured: any number of files can
 * be made of it by methods of one kind, and the work that doesn't depend on their targets is done once.
 */
public final class Quantizer implements AutoCloseable {

  private final QuantizerOptions options;
  private final ReportBuilder measured;
  private final OrderedWork work;
  private final CalibratedModel calibrated;
  private final ComparedPictures heldOut;
  private final ComparedPictures seen;
  private final BestMethod best;
  private boolean used;

  /**
   * Calibrates a model.
   *
   * @param options of the first file; the others differ in the method's numbers and in where they go
   * @throws QuantizationException when the model, the pictures or the labels don't allow it
   * @throws IOException when a file can't be read; {@link OnnxException} for a
   *     model that is broken or not supported
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public Quantizer(QuantizerOptions options, Progress progress) throws IOException, QuantizationException {
    this.options = options;
    this.measured = new ReportBuilder(options, progress);
    this.work = new OrderedWork(options.threads());
    try {
      calibrated = CalibratedModel.of(options, work, measured);
      heldOut = compared(calibrated.heldOut(), "kept apart");
      seen = compared(calibrated.seen(), "learned from");
      best = new BestMethod(calibrated, heldOut, options, work);
    } catch (IOException | QuantizationException | RuntimeException | Error e) {
      work.close();
      throw e;
    }
  }

  /**
   * Quantizes a model and writes the file.
   *
   * @return every decision and its outcome
   * @throws QuantizationException when the model, the pictures, the labels or the target don't allow it
   * @throws IOException when a file can't be read or written; {@link OnnxException} for a
   *     model that is broken or not supported
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public static QuantizationReport quantize(QuantizerOptions options, Progress progress)
      throws IOException, QuantizationException {
    try (Quantizer quantizer = new Quantizer(options, progress)) {
      return quantizer.make(options.method(), options.output());
    }
  }

  /**
   * Makes a file.
   *
   * @param method of the kind that the options have, with any target
   * @return every decision and its outcome; the stages of the first file include those of the preparation
   * @throws IllegalArgumentException for a method of another kind
   * @throws QuantizationException when the target can't be met
   * @throws IOException when the file can't be written
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public QuantizationReport make(Method method, Path output) throws IOException, QuantizationException {
    if (method.getClass() != options.method().getClass()) {
      throw new IllegalArgumentException("the model was prepared for " + options.method() + ", not for " + method);
    }
    QuantizerOptions ofFile = options.with(method, options.effort(), output);
    ReportBuilder report = used ? measured.forAnother(ofFile) : measured;
    used = true;
    QuantizedNetwork network = network(method, ofFile, report);
    report.stage("writing", 1);
    PqWriter.write(network.model(), output, options.storage());
    report.step();
    reportErrors(network, report);
    Optional<AccuracyFacts> accuracy = heldOut.compare(network.model());
    Storage other = options.storage() == Storage.PACKED ? Storage.COMPRESSED : Storage.PACKED;
    OptionalLong otherBytes = OptionalLong.of(PqWriter.fileBytes(network.model(), other));
    List<String> unreadable = calibrated.calibration().unreadable();
    return report.build(calibrated.graph(), otherBytes, accuracy, seen.compare(network.model()), unreadable);
  }

  private QuantizedNetwork network(Method method, QuantizerOptions ofFile, ReportBuilder report)
      throws IOException, QuantizationException {
    try {
      return switch (method) {
        case Method.Best ofTarget -> best.run(ofTarget.target(), report);
        case Method.Ptilmpq faithful -> new FaithfulMethod(calibrated, ofFile, faithful, work, report).run();
      };
    } catch (UncheckedIOException e) {
      throw e.getCause(); // The file of a part that was readable at first.
    }
  }

  private ComparedPictures compared(List<Path> files, String source) {
    return new ComparedPictures(files, source, calibrated, work, options.threads(), measured);
  }

  private void reportErrors(QuantizedNetwork network, ReportBuilder report) {
    Map<Node.Convolution, Double> ofSeen = Map.of();
    Map<Node.Convolution, Double> ofUnseen = Map.of();
    if (!heldOut.isEmpty()) {
      report.stage("comparing layers", 2);
      LayerErrors errors = new LayerErrors(calibrated.graph(), network.layers());
      ofSeen = errors.measure(seen.count(), seen::input, work);
      report.step();
      ofUnseen = errors.measure(heldOut.count(), heldOut::input, work);
      report.step();
    }
    for (Node.Convolution conv : calibrated.graph().convolutions()) {
      OutputErrors output = new OutputErrors(figure(ofSeen, conv), figure(ofUnseen, conv));
      report.errors(conv, network.layers().get(conv).relativeError(), output);
    }
  }

  private static OptionalDouble figure(Map<Node.Convolution, Double> figures, Node.Convolution conv) {
    return figures.containsKey(conv) ? OptionalDouble.of(figures.get(conv)) : OptionalDouble.empty();
  }

  @Override
  public void close() {
    work.close();
  }
}
