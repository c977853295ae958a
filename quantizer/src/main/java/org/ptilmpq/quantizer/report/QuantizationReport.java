package org.ptilmpq.quantizer.report;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Every decision of one quantization, and its results. Lists may be empty; figures that don't apply are empty optionals
 * or NaN.
 *
 * @param model the network
 * @param target what decided the bits, in words: "at most 7000000 bytes"
 * @param settings every setting that affects the result, in the order to be shown
 * @param stages the parts of the work, in the order they ran
 * @param file the file that was written
 * @param layers convolutions and fully connected layers, in execution order
 * @param accuracy quantized against float on pictures that the quantization didn't use
 * @param seen the same on pictures that it learned from: much better figures mean that it learned them by heart
 * @param curve the same model at other sizes, this one among them
 * @param ablation what each step of the method contributed, from the simplest method to the whole one
 * @param skipped pictures that were requested and could not be read, and why: "a.jpg: damaged JPEG …"
 */
public record QuantizationReport(
    ModelFacts model,
    String target,
    List<Setting> settings,
    List<Stage> stages,
    FileFacts file,
    List<LayerReport> layers,
    Optional<AccuracyFacts> accuracy,
    Optional<AccuracyFacts> seen,
    List<CurvePoint> curve,
    List<AblationStep> ablation,
    List<String> skipped) {

  public QuantizationReport {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(accuracy, "accuracy");
    Objects.requireNonNull(seen, "seen");
    settings = List.copyOf(settings);
    stages = List.copyOf(stages);
    layers = List.copyOf(layers);
    curve = List.copyOf(curve);
    ablation = List.copyOf(ablation);
    skipped = List.copyOf(skipped);
  }

  /** Returns this report with another curve and ablation. */
  public QuantizationReport with(List<CurvePoint> newCurve, List<AblationStep> newAblation) {
    return new QuantizationReport(
        model, target, settings, stages, file, layers, accuracy, seen, newCurve, newAblation, skipped);
  }

  /** A setting: its name on the command line without dashes, and its value. */
  public record Setting(String name, String value) {
    public Setting {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(value, "value");
    }
  }

  /** A part of the work and how long it took. */
  public record Stage(String name, Duration time) {
    public Stage {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(time, "time");
    }
  }

  /** Returns the time of all stages. */
  public Duration time() {
    return stages.stream().map(Stage::time).reduce(Duration.ZERO, Duration::plus);
  }

  /** Weights of all layers. */
  public long weights() {
    return layers.stream().mapToLong(LayerReport::weights).sum();
  }

  /** Multiply-accumulates of one picture, the same as in the float network. */
  public long macs() {
    return layers.stream().mapToLong(LayerReport::macs).sum();
  }

  /** Bit operations of one picture, Σ over the layers of macs · bits in the kernel · bits of an activation. */
  public double bitOperations() {
    return layers.stream().mapToDouble(layer -> layer.bitOperations(model.activationBits())).sum();
  }

  /**
   * Mean bits of a weight's code on disk: each layer's figure weighted by its number of weights. NaN without weights.
   */
  public double bitsPerWeight() {
    return layers.stream().mapToDouble(layer -> layer.size().diskBits() * layer.weights()).sum() / weights();
  }

  /** Mean bits that a weight takes in the kernel, weighted by multiply-accumulates. NaN without any. */
  public double kernelBits() {
    return layers.stream().mapToDouble(layer -> layer.size().kernelBits() * layer.macs()).sum() / macs();
  }
}
