package org.ptilmpq.quantizer.report;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

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

  /**
   * The network that was quantized.
   *
   * @param name as the {@code .pq} file has it
   * @param source the ONNX file's name
   * @param input shape of the input in words: "224×224×3"
   * @param classes number of scores
   * @param activationBits bits of a stored activation
   */
  public record ModelFacts(String name, String source, String input, int classes, int activationBits) {
    public ModelFacts {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(source, "source");
      Objects.requireNonNull(input, "input");
    }
  }

  /**
   * The file that was written, to the byte.
   *
   * @param name the file's name
   * @param storage its form, "packed" or "compressed"
   * @param bytes its size
   * @param parts what the bytes are, in the order to be shown
   * @param otherStorage the other form
   * @param otherBytes its size in that form, where it is known
   * @param codesAlone bytes of the weights' codes and nothing else, Σ over the channels of weights · width ÷ 8: how the
   *     paper counts (arXiv 2404.02947)
   */
  public record FileFacts(
      String name,
      String storage,
      long bytes,
      List<Part> parts,
      String otherStorage,
      OptionalLong otherBytes,
      double codesAlone) {

    public FileFacts {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(storage, "storage");
      Objects.requireNonNull(otherStorage, "otherStorage");
      Objects.requireNonNull(otherBytes, "otherBytes");
      parts = List.copyOf(parts);
    }

    /** Some bytes of a file: "code streams", "scales", "graph", "labels", "alignment" … */
    public record Part(String name, long bytes) {
      public Part {
        Objects.requireNonNull(name, "name");
      }
    }

    /** Bytes that no part claims. */
    public long unaccounted() {
      return bytes - parts.stream().mapToLong(Part::bytes).sum();
    }
  }

  /**
   * The quantized network against the float one, on the same pictures.
   *
   * @param pictures how many
   * @param source which ones: "64 calibration pictures held out"
   * @param agreement share of pictures with the same most likely class, 0…1
   * @param kl mean of KL(float ‖ quantized) over the pictures, in nats
   */
  public record AccuracyFacts(int pictures, String source, double agreement, double kl) {

    public AccuracyFacts {
      Objects.requireNonNull(source, "source");
    }
  }

  /**
   * The model at one size.
   *
   * @param label the setting: "alpha 0.4", "7 MB"
   * @param bytes of the whole file
   * @param agreement share of pictures with the float network's class, 0…1
   * @param kl mean KL(float ‖ quantized), in nats
   * @param current whether this is the file that was written
   */
  public record CurvePoint(String label, long bytes, double agreement, double kl, boolean current) {

    public CurvePoint {
      Objects.requireNonNull(label, "label");
    }
  }

  /**
   * The model made with some of the method's steps.
   *
   * @param name the step that is included from here on: "matching of outputs"
   * @param bytes of the whole file
   * @param agreement share of pictures with the float network's class, 0…1
   * @param kl mean KL(float ‖ quantized), in nats
   * @param note anything readers should know, or empty
   */
  public record AblationStep(String name, long bytes, double agreement, double kl, String note) {
    public AblationStep {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(note, "note");
    }
  }
}
