package org.ptilmpq.quantizer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Provenance;
import org.ptilmpq.format.Weights;
import org.ptilmpq.quantizer.calibration.ActivationGrid;
import org.ptilmpq.quantizer.calibration.ActivationGrids;
import org.ptilmpq.quantizer.calibration.Calibration;
import org.ptilmpq.quantizer.calibration.Calibrator;
import org.ptilmpq.quantizer.calibration.InputReader;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.emit.ModelBuilder;
import org.ptilmpq.quantizer.emit.ScoreLayer;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;

/**
 * All that is known before a bit is decided: the float network, what it does on the calibration pictures, and the parts
 * of the file that don't depend on the weights. Several files can be made from one preparation.
 */
final class Preparation {

  private final QuantizerOptions options;
  private final FloatGraph graph;
  private final List<String> labels;
  private final InputReader reader;
  private final CalibrationPictures pictures;
  private final Calibration calibration;
  private final Map<Value, ActivationGrid> grids;
  private final ModelBuilder builder;
  private final Provenance provenance;

  private Preparation(QuantizerOptions options, OrderedWork work, Progress progress)
      throws IOException, QuantizationException {
    this.options = options;
    progress.stage("reading the model", 1);
    graph = ScoreLayer.ensure(FloatModel.read(options.model(), options.crop()));
    labels =
        options.labels().isPresent()
            ? LabelFile.read(options.labels().get(), graph.output().shape().channels())
            : List.of();
    reader = new InputReader(options.preprocessing(), graph.input());
    pictures = CalibrationPictures.of(options, graph, reader, progress);
    progress.step();
    calibration = new Calibrator(graph, work).run(pictures.source(), progress);
    grids = ActivationGrids.choose(graph, calibration.histograms(), reader.grid());
    builder = new ModelBuilder(graph, grids);
    provenance = provenance();
  }

  /**
   * Reads the model and runs it over the pictures.
   *
   * @throws QuantizationException when the model, the pictures or the labels don't allow it
   */
  static Preparation of(QuantizerOptions options, OrderedWork work, Progress progress)
      throws IOException, QuantizationException {
    return new Preparation(options, work, progress);
  }

  FloatGraph graph() {
    return graph;
  }

  Calibration calibration() {
    return calibration;
  }

  Map<Value, ActivationGrid> grids() {
    return grids;
  }

  CalibrationPictures pictures() {
    return pictures;
  }

  InputReader reader() {
    return reader;
  }

  /** A calibration picture as the float network sees it: height × width × channels. */
  float[] input(int picture) {
    byte[] bytes = calibration.pixels().get(picture);
    float[] real = new float[bytes.length];
    for (int i = 0; i < real.length; i++) {
      real[i] = reader.grid().real(bytes[i]);
    }
    return real;
  }

  /** The file's content with these weights. */
  PqModel model(Map<Node.Convolution, Weights> weights) {
    return builder.build(modelName(), weights, options.preprocessing(), labels, provenance);
  }

  /** The file's name without its ending: what exporters write into the model is rarely what people call it. */
  private String modelName() {
    String name = options.model().getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private Provenance provenance() throws IOException {
    String version = Quantizer.class.getPackage().getImplementationVersion();
    return new Provenance(
        options.model().getFileName().toString(),
        sha256(options.model()),
        "ptilmpq-quantize" + (version == null ? "" : " " + version),
        pictures.description(calibration.pictures()),
        options.method() + ", seed " + options.seed());
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
