package org.ptilmpq.quantizer;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.ptilmpq.format.Preprocessing;

/**
 * What to quantize, on which pictures, to what.
 *
 * @param model the ONNX file
 * @param calibration folder of JPEG and PNG pictures like those the network will see; sub-folders are not searched
 * @param output the {@code .pq} file to write; it appears, or is replaced, only when it is whole
 * @param preprocessing from picture to network input; goes into the file
 * @param crop side in pixels of the centre crop, for models whose input size is open; 0: the size the model says
 * @param labels file of class names in index order, one a line
 * @param target what decides the bits
 * @param pictures how many calibration pictures to use at most, evenly spread over the folder
 * @param threads how many to work with
 */
public record QuantizerOptions(
    Path model,
    Path calibration,
    Path output,
    Preprocessing preprocessing,
    int crop,
    Optional<Path> labels,
    Target target,
    int pictures,
    int threads) {

  /** How many calibration pictures are enough for ranges and output statistics. */
  public static final int DEFAULT_PICTURES = 256;

  /**
   * @throws IllegalArgumentException when a number is out of its range
   */
  public QuantizerOptions {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(calibration, "calibration");
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(preprocessing, "preprocessing");
    Objects.requireNonNull(labels, "labels");
    Objects.requireNonNull(target, "target");
    if (crop < 0) {
      throw new IllegalArgumentException("the crop can't be negative: " + crop);
    }
    if (pictures < 1) {
      throw new IllegalArgumentException("at least one calibration picture is needed, not " + pictures);
    }
    if (threads < 1) {
      throw new IllegalArgumentException("at least one thread is needed, not " + threads);
    }
  }
}
