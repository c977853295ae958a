package org.ptilmpq.quantizer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Provenance;
import org.ptilmpq.format.Weights;
import org.ptilmpq.quantizer.calibration.ActivationGrid;
import org.ptilmpq.quantizer.calibration.ActivationGrids;
import org.ptilmpq.quantizer.calibration.Calibration;
import org.ptilmpq.quantizer.calibration.Calibrator;
import org.ptilmpq.quantizer.calibration.InputReader;
import org.ptilmpq.quantizer.calibration.InputSource;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.calibration.PictureFolder;
import org.ptilmpq.quantizer.emit.ModelBuilder;
import org.ptilmpq.quantizer.emit.ScoreLayer;
import org.ptilmpq.quantizer.emit.WeightPacker;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.matching.MatchedLayer;
import org.ptilmpq.quantizer.matching.OutputMatching;
import org.ptilmpq.quantizer.report.LayerFigures;

/**
 * ONNX in, {@code .pq} out: calibrate, search scales, decide widths, match each layer's outputs to the float network's,
 * write. The same options on the same files give the same bytes, whatever the number of threads.
 */
public final class Quantizer {

  /** Pictures that layers are matched on: more change the statistics of a channel by less than rounding does. */
  private static final int MOST_MATCHED = 128;

  /** Memory that matching may take for activations. */
  private static final long MATCHING_BYTES = 1L << 30;

  private final QuantizerOptions options;
  private final Target target;
  private final ReportBuilder progress;

  private Quantizer(QuantizerOptions options, Progress progress) {
    this.options = options;
    this.target = ((Method.Best) options.method()).target();
    this.progress = new ReportBuilder(options, progress);
  }

  /**
   * Quantizes a model and writes the file.
   *
   * @throws QuantizationException when the model, the pictures, the labels or the budget don't allow it
   * @throws IOException when a file can't be read or written; {@link org.ptilmpq.quantizer.onnx.OnnxException} for a
   *     model that is broken or not supported
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public static QuantizationResult quantize(QuantizerOptions options, Progress progress)
      throws IOException, QuantizationException {
    return new Quantizer(options, progress).run();
  }

  private QuantizationResult run() throws IOException, QuantizationException {
    long start = System.nanoTime();
    progress.stage("reading the model", 1);
    FloatGraph graph = ScoreLayer.ensure(FloatModel.read(options.model(), options.crop()));
    List<String> labels =
        options.labels().isPresent()
            ? LabelFile.read(options.labels().get(), graph.output().shape().channels())
            : List.of();
    InputReader reader = new InputReader(options.preprocessing(), graph.input());
    List<Path> pictures = PictureFolder.spread(PictureFolder.list(options.calibration().orElseThrow()), options.effort().pictures());
    progress.step();

    try (OrderedWork work = new OrderedWork(options.threads())) {
      Calibration calibration =
          new Calibrator(graph, work)
              .run(InputSource.of(pictures, reader), matchedPictures(graph), progress);
      Map<Value, ActivationGrid> grids = ActivationGrids.choose(graph, calibration.histograms(), reader.grid());
      LayerPlans plans =
          new LayerPlans(graph.convolutions(), calibration, target, work, progress);
      ModelBuilder builder = new ModelBuilder(graph, grids);
      Provenance provenance = provenance(calibration);
      plans.decide(
          target,
          outlines -> PqWriter.fileBytes(model(builder, outlines, labels, provenance)));

      Map<Node.Convolution, MatchedLayer> matched =
          new OutputMatching(graph, grids, calibration, work).run(plans::rounded, progress);
      Map<Node.Convolution, Weights> weights = new HashMap<>();
      matched.forEach(
          (conv, layer) ->
              weights.put(conv, WeightPacker.pack(conv, layer.rounded(), layer.scales(), layer.biases())));
      progress.stage("writing", 1);
      PqWriter.write(model(builder, weights, labels, provenance), options.output());
      progress.step();
      return result(graph, plans, matched, calibration, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  private static int matchedPictures(FloatGraph graph) {
    return Math.clamp(MATCHING_BYTES / OutputMatching.bytesPerPicture(graph), 1, MOST_MATCHED);
  }

  private PqModel model(
      ModelBuilder builder, Map<Node.Convolution, Weights> weights, List<String> labels, Provenance provenance) {
    return builder.build(modelName(), weights, options.preprocessing(), labels, provenance);
  }

  private QuantizationResult result(
      FloatGraph graph,
      LayerPlans plans,
      Map<Node.Convolution, MatchedLayer> matched,
      Calibration calibration,
      Duration time)
      throws IOException {
    long weights = graph.convolutions().stream().mapToLong(conv -> conv.kernel().values().length).sum();
    List<QuantizationResult.Layer> layers = plans.report();
    for (int i = 0; i < layers.size(); i++) {
      LayerFigures figures = LayerFigures.NONE.withRelativeError(layers.get(i).relativeError());
      progress.layer(graph.convolutions().get(i), figures);
    }
    long bits = matched.values().stream().mapToLong(layer -> layer.rounded().bits()).sum();
    return new QuantizationResult(
        options.output(),
        Files.size(options.output()),
        weights,
        (double) bits / weights,
        layers,
        calibration.pictures(),
        calibration.unreadable().size(),
        time,
        progress.build(graph, OptionalLong.empty(), Optional.empty(), calibration.unreadable()));
  }

  /** The file's name without its ending: what exporters write into the model is rarely what people call it. */
  private String modelName() {
    String name = options.model().getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private Provenance provenance(Calibration calibration) throws IOException {
    String version = Quantizer.class.getPackage().getImplementationVersion();
    return new Provenance(
        options.model().getFileName().toString(),
        sha256(options.model()),
        "ptilmpq-quantize" + (version == null ? "" : " " + version),
        calibration.pictures() + " pictures of " + options.calibration().orElseThrow().getFileName(),
        target + ", " + options.effort().pictures() + " pictures at most");
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
