package org.ptilmpq.quantizer;

import java.util.HashMap;
import java.util.Map;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.format.Weights;
import org.ptilmpq.quantizer.SequentialRounding.LayerOutcome;
import org.ptilmpq.quantizer.emit.WeightPacker;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.matching.MatchedLayer;

/**
 * A whole quantized network that may become the file.
 *
 * @param outcomes of every layer
 * @param model the file's content
 * @param bytes its length in the form asked for
 */
record QuantizedNetwork(Map<Node.Convolution, LayerOutcome> outcomes, PqModel model, long bytes) {

  /** The layers as they are on the calibration's graph. */
  Map<Node.Convolution, MatchedLayer> layers() {
    Map<Node.Convolution, MatchedLayer> layers = new HashMap<>();
    outcomes.forEach((conv, outcome) -> layers.put(conv, outcome.layer()));
    return layers;
  }

  /** Returns the network of these layers. */
  static QuantizedNetwork of(Preparation preparation, Map<Node.Convolution, LayerOutcome> outcomes, Storage storage)
      throws PqFormatException {
    Map<Node.Convolution, Weights> weights = new HashMap<>();
    outcomes.forEach(
        (conv, outcome) -> {
          MatchedLayer layer = preparation.restored(conv, outcome.layer());
          weights.put(conv, WeightPacker.pack(conv, layer.rounded(), layer.rounded().scales(), layer.biases()));
        });
    PqModel model = preparation.model(weights);
    return new QuantizedNetwork(Map.copyOf(outcomes), model, PqWriter.fileBytes(model, storage));
  }
}
