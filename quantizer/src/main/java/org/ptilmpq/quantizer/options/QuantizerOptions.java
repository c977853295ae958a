package org.ptilmpq.quantizer.options;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.format.Storage;

/**
 * The model to quantize, the pictures to learn from, and the file to make.
 *
 * @param model the ONNX file
 * @param calibration folder of JPEG and PNG pictures like those the network will see; sub-folders are not searched;
 *     empty: no pictures at all, the statistics of the network's batch norms are used instead
 * @param output the {@code .pq} file to write; it appears, or is replaced, only when it is whole
 * @param preprocessing from picture to network input; goes into the file
 * @param crop side in pixels of the centre crop, for models whose input size is open; 0: the size the model says
 * @param labels file of class names in index order, one per line
 * @param method how the bits are decided
 * @param storage the form of the file
 * @param effort how much work to do
 * @param seed of everything random: sampled positions, parts of pictures, drawn classes
 * @param threads how many to work with; the number doesn't change the result
 */
public record QuantizerOptions(
    Path model,
    Optional<Path> calibration,
    Path output,
    Preprocessing preprocessing,
    int crop,
    Optional<Path> labels,
    Method method,
    Storage storage,
    Effort effort,
    long seed,
    int threads) {

  /**
   * @throws IllegalArgumentException when a number is out of its range
   */
  public QuantizerOptions {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(calibration, "calibration");
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(preprocessing, "preprocessing");
    Objects.requireNonNull(labels, "labels");
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(storage, "storage");
    Objects.requireNonNull(effort, "effort");
    if (crop < 0) {
      throw new IllegalArgumentException("the crop can't be negative: " + crop);
    }
    if (threads < 1) {
      throw new IllegalArgumentException("at least one thread is needed, not " + threads);
    }
  }

  /** Returns options to begin with: 8 bits, balanced effort, compressed storage, a thread per processor. */
  public static Builder of(Path model, Path output) {
    return new Builder(model, output);
  }

  /**
   * Whether channels are equalized first. The paper's method has no such step, and codes of fixed widths gain less by
   * it than activations lose.
   */
  public boolean equalized() {
    return effort.equalization() && method instanceof Method.Best(Target target) && !hasFixedWidths(target);
  }

  /** Whether a target of best mode is met by codes of fixed widths. */
  public boolean hasFixedWidths(Target target) {
    return target instanceof Target.Width || target instanceof Target.FileSize && storage == Storage.PACKED;
  }

  /** Returns options for the same model and pictures with another method, effort and file. */
  public QuantizerOptions with(Method otherMethod, Effort otherEffort, Path otherOutput) {
    return new QuantizerOptions(
        model,
        calibration,
        otherOutput,
        preprocessing,
        crop,
        labels,
        otherMethod,
        storage,
        otherEffort,
        seed,
        threads);
  }

  /** Collects what differs from the defaults. */
  public static final class Builder {
    private final Path model;
    private final Path output;
    private Optional<Path> calibration = Optional.empty();
    private Preprocessing preprocessing = new Preprocessing(0, new float[3], new float[] {1, 1, 1});
    private int crop;
    private Optional<Path> labels = Optional.empty();
    private Method method = new Method.Best(new Target.Width(8));
    private Storage storage = Storage.COMPRESSED;
    private Effort effort = Effort.BALANCED;
    private long seed = 1;
    private int threads = Runtime.getRuntime().availableProcessors();

    private Builder(Path model, Path output) {
      this.model = model;
      this.output = output;
    }

    /** Sets the folder of pictures; without it there are none. */
    public Builder calibration(Path folder) {
      calibration = Optional.of(folder);
      return this;
    }

    /** Sets the way from picture to input; without it pixels of 0…255 are taken as they are. */
    public Builder preprocessing(Preprocessing value) {
      preprocessing = value;
      return this;
    }

    /** Sets the side of the centre crop in pixels. */
    public Builder crop(int value) {
      crop = value;
      return this;
    }

    /** Sets the file of class names. */
    public Builder labels(Path file) {
      labels = Optional.of(file);
      return this;
    }

    /** Sets best mode with this target. */
    public Builder target(Target value) {
      return method(new Method.Best(value));
    }

    /** Sets how the bits are decided. */
    public Builder method(Method value) {
      method = value;
      return this;
    }

    /** Sets the form of the file. */
    public Builder storage(Storage value) {
      storage = value;
      return this;
    }

    /** Sets how much work to do. */
    public Builder effort(Effort value) {
      effort = value;
      return this;
    }

    /** Sets the seed of everything random. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Sets how many threads to work with. */
    public Builder threads(int value) {
      threads = value;
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException when a number is out of its range
     */
    public QuantizerOptions build() {
      return new QuantizerOptions(
          model, calibration, output, preprocessing, crop, labels, method, storage, effort, seed, threads);
    }
  }
}
