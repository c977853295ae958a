package org.ptilmpq.quantizer.prepare;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Storage;
import org.ptilmpq.format.Weights;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.options.Effort;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.options.QuantizerOptions;
import org.ptilmpq.quantizer.report.LayerReport;
import org.ptilmpq.quantizer.report.LayerReport.LayerFigures;
import org.ptilmpq.quantizer.report.LayerReport.OutputErrors;
import org.ptilmpq.quantizer.report.MeasuredFile;
import org.ptilmpq.quantizer.report.MeasuredLayer;
import org.ptilmpq.quantizer.report.QuantizationReport;
import org.ptilmpq.quantizer.report.QuantizationReport.AccuracyFacts;
import org.ptilmpq.quantizer.report.QuantizationReport.FileFacts;
import org.ptilmpq.quantizer.report.QuantizationReport.ModelFacts;

/** Puts a report together from what the work reports on its way and what the written file says of itself. */
public final class ReportBuilder implements Progress {

  private static final int ACTIVATION_BITS = 8;

  private final QuantizerOptions options;
  private final Progress progress;
  private final List<QuantizationReport.Stage> stages = new ArrayList<>();
  private final Map<Node.Convolution, LayerFigures> figures = new HashMap<>();
  private OptionalDouble paperBytes = OptionalDouble.empty();
  private String stage = "";
  private long stageStart = System.nanoTime();

  /**
   * @param progress receives everything that this receives, which keeps the times of the stages
   */
  public ReportBuilder(QuantizerOptions options, Progress progress) {
    this.options = options;
    this.progress = progress;
  }

  /** Returns a builder for another file of the same model, with what was measured for this one. */
  public ReportBuilder forAnother(QuantizerOptions other) {
    ReportBuilder builder = new ReportBuilder(other, progress);
    builder.figures.putAll(figures);
    return builder;
  }

  @Override
  public void stage(String name, int steps) {
    endStage();
    stage = name;
    progress.stage(name, steps);
  }

  @Override
  public void step() {
    progress.step();
  }

  @Override
  public void note(String message) {
    progress.note(message);
  }

  private void endStage() {
    long now = System.nanoTime();
    if (!stage.isEmpty()) {
      stages.add(new QuantizationReport.Stage(stage, Duration.ofNanos(now - stageStart)));
    }
    stageStart = now;
  }

  /** Records the output divergence that quantizing the layer alone makes, in nats. */
  public void sensitivity(Node.Convolution conv, double divergence) {
    figures.merge(
        conv, LayerFigures.NONE.withSensitivity(divergence), (known, next) -> known.withSensitivity(divergence));
  }

  /** Records the expected error of a layer's own rounding, and the error of its output in the whole network. */
  public void errors(Node.Convolution conv, double relative, OutputErrors output) {
    figures.put(conv, figures.getOrDefault(conv, LayerFigures.NONE).withErrors(relative, output));
  }

  /** Records the importance of the layer's relative error, and its share of the loss that the allocation expects. */
  public void loss(Node.Convolution conv, double importance, double share) {
    figures.merge(
        conv, LayerFigures.NONE.withLoss(importance, share), (known, next) -> known.withLoss(importance, share));
  }

  /** Records the bytes of the codes as the paper counts them, where the file's codes take another number. */
  public void codesAlone(double bytes) {
    paperBytes = OptionalDouble.of(bytes);
  }

  /**
   * Builds the report from the file that was written.
   *
   * @param graph the float network, whose convolutions are the file's, in this order
   * @param otherBytes the file's size in the other form of storage
   * @param accuracy the quantized network against the float one on pictures that took no part
   * @param seen the same on some that it learned from
   * @param skipped pictures that could not be read, and why
   */
  public QuantizationReport build(
      FloatGraph graph,
      OptionalLong otherBytes,
      Optional<AccuracyFacts> accuracy,
      Optional<AccuracyFacts> seen,
      List<String> skipped)
      throws IOException {
    endStage();
    stage = "";
    try (PqFile file = PqFile.open(options.output())) {
      PqModel model = file.model();
      List<LayerReport> layers = layers(graph, model, file);
      double codesAlone = 0;
      for (LayerReport layer : layers) {
        codesAlone += layer.size().diskBits() * layer.weights() / Byte.SIZE;
      }
      FileFacts facts = MeasuredFile.of(options.output(), file, otherBytes, paperBytes.orElse(codesAlone));
      return new QuantizationReport(
          new ModelFacts(
              model.name(),
              options.model().getFileName().toString(),
              graph.input().shape().toString(),
              graph.output().shape().elements(),
              ACTIVATION_BITS),
          options.method().toString(),
          settings(),
          stages,
          facts,
          layers,
          accuracy,
          seen,
          List.of(),
          List.of(),
          skipped);
    }
  }

  private List<LayerReport> layers(FloatGraph graph, PqModel model, PqFile file) {
    List<Operation.Convolution> convolutions = model.convolutions();
    List<Weights> weights = convolutions.stream().map(Operation.Convolution::weights).toList();
    long[] diskBytes = diskBytes(graph.convolutions(), weights, file);
    List<LayerReport> layers = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      Node.Convolution conv = graph.convolutions().get(i);
      layers.add(
          MeasuredLayer.of(
              conv,
              convolutions.get(i).kind(model),
              weights.get(i),
              file.storage(),
              diskBytes[i],
              figures.getOrDefault(conv, LayerFigures.NONE)));
    }
    return layers;
  }

  /**
   * Returns the bytes that each layer takes in the file. The layers of a compressed file share its coder, so its bytes
   * are shared out: those of the levels by the layers' entropies, those of the channels by their number.
   */
  private static long[] diskBytes(List<Node.Convolution> layers, List<Weights> weights, PqFile file) {
    if (file.storage() == Storage.PACKED) {
      return weights.stream().mapToLong(MeasuredLayer::packedBytes).toArray();
    }
    double[] bits = new double[layers.size()];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = MeasuredLayer.entropyBits(weights.get(i)) + 1;
    }
    double allBits = Arrays.stream(bits).sum();
    double allChannels = weights.stream().mapToInt(Weights::channels).sum();
    PqFile.Parts parts = file.parts();
    long[] bytes = new long[bits.length];
    for (int i = 0; i < bytes.length; i++) {
      double ofChannels = parts.channels() * weights.get(i).channels() / allChannels;
      bytes[i] = Math.round(parts.levels() * bits[i] / allBits + ofChannels);
    }
    return bytes;
  }

  private List<QuantizationReport.Setting> settings() {
    Effort effort = options.effort();
    List<QuantizationReport.Setting> settings = new ArrayList<>();
    add(settings, "method", options.method());
    add(settings, "storage", options.storage().name().toLowerCase(Locale.ROOT));
    add(settings, "calibration", options.calibration().map(Path::toString).orElse("none: data-free"));
    add(settings, "pictures", effort.pictures());
    add(settings, "positions a picture", effort.positions());
    add(settings, "second-order rounding", effort.secondOrder());
    add(settings, "steps by squared gradients", effort.fisher());
    add(settings, "layer importance by output KL", effort.layerKl());
    add(settings, "outputs matched", effort.matching());
    add(settings, "channels equalized", options.equalized());
    add(settings, "variants", effort.variants());
    add(settings, "seed", options.seed());
    return settings;
  }

  private static void add(List<QuantizationReport.Setting> settings, String name, Object value) {
    settings.add(new QuantizationReport.Setting(name, value.toString()));
  }
}
