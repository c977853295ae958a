package org.ptilmpq.quantizer.prepare;

import java.util.HashMap;
import java.util.Map;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.format.Weights;
import org.ptilmpq.quantizer.emit.WeightPacker;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.rounding.QuantizedLayer;

/**
 * A whole quantized network that may become the file.
 *
 * @param layers as they are on the calibration's graph
 * @param model the file's content
 * @param bytes its length in the form asked for
 */
public record QuantizedNetwork(Map<Node.Convolution, QuantizedLayer> layers, PqModel model, long bytes) {

  /** Returns the network of these layers. */
  public static QuantizedNetwork of(
      CalibratedModel calibrated, Map<Node.Convolution, QuantizedLayer> layers, Storage storage)
      throws PqFormatException {
    Map<Node.Convolution, Weights> weights = new HashMap<>();
    layers.forEach((conv, layer) -> weights.put(conv, WeightPacker.pack(conv, calibrated.restored(conv, layer))));
    PqModel model = calibrated.model(weights);
    return new QuantizedNetwork(Map.copyOf(layers), model, PqWriter.fileBytes(model, storage));
  }
}
