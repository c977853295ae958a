package org.ptilmpq.quantizer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.ptilmpq.quantizer.report.QuantizationReport;

/**
 * What a quantization came to.
 *
 * @param file the {@code .pq} file that was written
 * @param fileBytes its size, everything counted
 * @param weights how many weights the network has
 * @param bitsPerWeight mean bits of a weight's code
 * @param layers the convolutions and fully connected layers, in execution order
 * @param pictures calibration pictures used
 * @param unreadable pictures that were asked for and could not be read
 * @param time from start to end
 * @param report every decision, and what came of it
 */
public record QuantizationResult(
    Path file,
    long fileBytes,
    long weights,
    double bitsPerWeight,
    List<Layer> layers,
    int pictures,
    int unreadable,
    Duration time,
    QuantizationReport report) {

  public QuantizationResult {
    layers = List.copyOf(layers);
  }

  /**
   * How one layer was quantized.
   *
   * @param name the layer's name in the ONNX model
   * @param weights how many it has
   * @param channelsByWidth number of output channels of each width, index 0…8
   * @param bitsPerWeight mean bits of a weight's code
   * @param relativeError expected squared error of its outputs over their variance, from the rounding of its own
   *     weights alone and before its outputs are matched to the float layer's
   */
  public record Layer(
      String name, long weights, List<Integer> channelsByWidth, double bitsPerWeight, double relativeError) {

    public Layer {
      channelsByWidth = List.copyOf(channelsByWidth);
    }
  }
}
