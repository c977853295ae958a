package org.ptilmpq.quantizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ptilmpq.quantizer.SequentialRounding.LayerOutcome;
import org.ptilmpq.quantizer.calibration.Calibration;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.report.QuantizationReport;
import org.ptilmpq.quantizer.rounding.ChannelCode;

/**
 * The result of a quantization.
 *
 * @param file the {@code .pq} file that was written
 * @param fileBytes its size, everything counted
 * @param weights how many weights the network has
 * @param bitsPerWeight mean bits of a weight's code
 * @param layers the convolutions and fully connected layers, in execution order
 * @param pictures calibration pictures used
 * @param unreadable pictures that were asked for and could not be read
 * @param time from start to end
 * @param report every decision and its outcome
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

  private static final int MAX_BITS = 8;

  public QuantizationResult {
    layers = List.copyOf(layers);
  }

  static QuantizationResult of(
      QuantizerOptions options,
      Preparation preparation,
      QuantizedNetwork candidate,
      Duration time,
      QuantizationReport report)
      throws IOException {
    List<Layer> layers = new ArrayList<>();
    long weights = 0;
    long bits = 0;
    for (Node.Convolution conv : preparation.graph().convolutions()) {
      LayerOutcome outcome = candidate.outcomes().get(conv);
      Layer layer = Layer.of(conv, outcome);
      layers.add(layer);
      weights += layer.weights();
      bits += outcome.layer().rounded().bits();
    }
    Calibration calibration = preparation.calibration();
    return new QuantizationResult(
        options.output(),
        Files.size(options.output()),
        weights,
        (double) bits / weights,
        layers,
        calibration.pictures(),
        calibration.unreadable().size(),
        time,
        report);
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

    private static Layer of(Node.Convolution conv, LayerOutcome outcome) {
      Integer[] byWidth = new Integer[MAX_BITS + 1];
      Arrays.fill(byWidth, 0);
      for (ChannelCode channel : outcome.layer().rounded().channels()) {
        byWidth[channel.width()]++;
      }
      int weights = conv.kernel().values().length;
      double bits = (double) outcome.layer().rounded().bits() / weights;
      return new Layer(conv.name(), weights, List.of(byWidth), bits, outcome.relativeError());
    }
  }
}
