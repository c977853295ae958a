package org.ptilmpq.quantizer.prepare;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Provenance;
import org.ptilmpq.format.Weights;
import org.ptilmpq.quantizer.calibration.ActivationGrid;
import org.ptilmpq.quantizer.calibration.ActivationGrids;
import org.ptilmpq.quantizer.calibration.Calibration;
import org.ptilmpq.quantizer.calibration.Calibrator;
import org.ptilmpq.quantizer.calibration.InputReader;
import org.ptilmpq.quantizer.calibration.InputSource;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.datafree.DataFreeCalibration;
import org.ptilmpq.quantizer.datafree.Renormalized;
import org.ptilmpq.quantizer.emit.ModelBuilder;
import org.ptilmpq.quantizer.emit.ScoreLayer;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.options.QuantizationException;
import org.ptilmpq.quantizer.options.QuantizerOptions;
import org.ptilmpq.quantizer.rounding.QuantizedLayer;

/**
 * All that is known before a bit is decided: the float network, what it does on the calibration pictures, and the parts
 * of the file that don't depend on the weights. Several files can be made from one preparation.
 */
public final class CalibratedModel {

  /** More synthetic pictures than this say nothing new. */
  private static final int SYNTHETIC_PICTURES = 128;

  /** Enough to know the ranges of activations. */
  private static final int COUNTED_PICTURES = 512;

  /** Enough to know how large channels are. */
  private static final int EQUALIZING_PICTURES = 128;

  /**
   * The cost of a squared error of cutting off in an equalized network, in squared errors of rounding. With 3 instead
   * of 1 the errors of the scores were a tenth smaller in a ResNet-50 whose weights hardly err, and the same or a tenth
   * smaller in MobileNetV2. Networks that aren't equalized have better scores with plain squared errors
   * (docs/decisions/0020).
   */
  private static final double CUTTING_OF_EQUALIZED = 3;

  private final QuantizerOptions options;
  private final FloatGraph original;
  private final FloatGraph graph;
  private final List<String> labels;
  private final InputReader reader;
  private final List<Path> heldOut;
  private final List<Path> seen;
  private final Optional<DataFreeCalibration> dataFree;
  private final Calibration calibration;
  private final Map<Value, ActivationGrid> grids;
  private final ModelBuilder builder;
  private final Provenance provenance;

  private CalibratedModel(QuantizerOptions options, OrderedWork work, Progress progress)
      throws IOException, QuantizationException {
    this.options = options;
    progress.stage("reading the model", 1);
    FloatGraph imported = ScoreLayer.ensure(FloatModel.read(options.model(), options.crop()));
    labels =
        options.labels().isPresent()
            ? LabelFile.read(options.labels().get(), imported.output().shape().channels())
            : List.of();
    reader = new InputReader(options.preprocessing(), imported.input());
    if (options.calibration().isPresent()) {
      CalibrationPictures pictures = CalibrationPictures.of(options, reader);
      progress.step();
      dataFree = Optional.empty();
      heldOut = pictures.heldOut();
      seen = pictures.seen();
      boolean equalized = options.equalized();
      original = equalized ? equalized(imported, pictures.source(), work, progress) : imported;
      graph = original;
      calibration = new Calibrator(graph, equalized, work).run(pictures.source(), COUNTED_PICTURES, progress);
      double cutting = equalized ? CUTTING_OF_EQUALIZED : 1;
      grids = ActivationGrids.choose(graph, calibration.histograms(), reader.grid(), cutting);
    } else {
      progress.step();
      original = imported;
      DataFreeCalibration made =
          DataFreeCalibration.of(
              original,
              options.preprocessing(),
              reader,
              Math.min(options.effort().pictures(), SYNTHETIC_PICTURES),
              options.seed(),
              work,
              progress);
      dataFree = Optional.of(made);
      graph = made.renormalized().graph();
      heldOut = List.of();
      seen = List.of();
      calibration = made.calibration();
      grids = made.grids();
    }
    builder = new ModelBuilder(original, grids);
    provenance = provenance();
  }

  /**
   * Reads the model and runs it over the pictures.
   *
   * @throws QuantizationException when the model, the pictures or the labels don't allow it
   */
  public static CalibratedModel of(QuantizerOptions options, OrderedWork work, Progress progress)
      throws IOException, QuantizationException {
    return new CalibratedModel(options, work, progress);
  }

  private static FloatGraph equalized(FloatGraph graph, InputSource source, OrderedWork work, Progress progress) {
    return ChannelEqualization.equalize(
        graph, InputMagnitudes.measure(graph, source, EQUALIZING_PICTURES, work, progress));
  }

  public FloatGraph graph() {
    return graph;
  }

  public Calibration calibration() {
    return calibration;
  }

  public Map<Value, ActivationGrid> grids() {
    return grids;
  }

  /** The held-out pictures. */
  public List<Path> heldOut() {
    return heldOut;
  }

  /** As many of the pictures that it learns from; none where none is held out. */
  public List<Path> seen() {
    return seen;
  }

  /** The network as the model file has it; {@link #graph} may be one whose channels are scaled otherwise. */
  public FloatGraph original() {
    return original;
  }

  public InputReader reader() {
    return reader;
  }

  /** A calibration picture as the float network sees it: height × width × channels. */
  public float[] input(int picture) {
    return reader.grid().real(calibration.pixels().get(picture));
  }

  /**
   * Returns this many of the calibration pictures, evenly spread, as the float network sees them; parts of pictures
   * only where there are fewer whole ones, since networks are less sure of parts.
   */
  public IntFunction<float[]> spread(int pictures) {
    int all = Math.clamp(calibration.pictures(), pictures, calibration.pixels().size());
    return index -> input((int) ((long) index * all / pictures));
  }

  /**
   * Returns the file's content with these weights.
   *
   * @param weights of each convolution of {@link #graph}
   */
  public PqModel model(Map<Node.Convolution, Weights> weights) {
    Map<Node.Convolution, Weights> ofOriginal = new HashMap<>();
    for (int i = 0; i < graph.convolutions().size(); i++) {
      ofOriginal.put(original.convolutions().get(i), weights.get(graph.convolutions().get(i)));
    }
    return builder.build(modelName(), ofOriginal, options.preprocessing(), labels, provenance);
  }

  /** Returns a layer of {@link #graph} as it is to be written: scaled as the model file's network is. */
  public QuantizedLayer restored(Node.Convolution conv, QuantizedLayer layer) {
    if (dataFree.isEmpty()) {
      return layer;
    }
    Renormalized.Restored restored =
        dataFree.get().restored(conv, layer.kernel(conv.kernel()), layer.scales(), layer.biases());
    return layer.with(restored.scales(), restored.biases());
  }

  /** The file's name without its ending: what exporters write into the model is rarely what users call it. */
  private String modelName() {
    String name = options.model().getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private Provenance provenance() throws IOException {
    String version = CalibratedModel.class.getPackage().getImplementationVersion();
    return new Provenance(
        options.model().getFileName().toString(),
        sha256(options.model()),
        "ptilmpq-quantize" + (version == null ? "" : " " + version),
        options.calibration().map(folder -> calibration.pictures() + " pictures of " + folder.getFileName())
            .orElse("none"),
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
