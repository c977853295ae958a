package org.ptilmpq.quantizer;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.report.AccuracyFacts;

/**
 * ONNX in, {@code .pq} out: calibrate, learn what matters, share the bits out, round layer by layer, match each layer's
 * outputs to the float network's, write. The same options on the same files give the same bytes, whatever the number of
 * threads.
 */
public final class Quantizer {

  private Quantizer() {}

  /**
   * Quantizes a model and writes the file.
   *
   * @throws QuantizationException when the model, the pictures, the labels or the target don't allow it
   * @throws IOException when a file can't be read or written; {@link org.ptilmpq.quantizer.onnx.OnnxException} for a
   *     model that is broken or not supported
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public static QuantizationResult quantize(QuantizerOptions options, Progress progress)
      throws IOException, QuantizationException {
    long start = System.nanoTime();
    ReportBuilder report = new ReportBuilder(options, progress);
    try (OrderedWork work = new OrderedWork(options.threads())) {
      Preparation preparation = Preparation.of(options, work, report);
      HeldOut heldOut = new HeldOut(preparation, work, options.threads(), report);
      QuantizedNetwork network =
          switch (options.method()) {
            case Method.Best best -> new BestMethod(preparation, heldOut, options, work, report).run(best.target());
            case Method.Ptilmpq faithful -> new FaithfulMethod(preparation, options, faithful, work, report).run();
          };
      report.stage("writing", 1);
      PqWriter.write(network.model(), options.output(), options.storage());
      report.step();
      for (Node.Convolution conv : preparation.graph().convolutions()) {
        report.relativeError(conv, network.outcomes().get(conv).relativeError());
      }
      Optional<AccuracyFacts> accuracy = heldOut.compare(network.model());
      Storage other = options.storage() == Storage.PACKED ? Storage.COMPRESSED : Storage.PACKED;
      OptionalLong otherBytes = OptionalLong.of(PqWriter.fileBytes(network.model(), other));
      List<String> unreadable = preparation.calibration().unreadable();
      return QuantizationResult.of(
          options,
          preparation,
          network,
          Duration.ofNanos(System.nanoTime() - start),
          report.build(preparation.graph(), otherBytes, accuracy, unreadable));
    }
  }
}
