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

/**
 * A whole quantized network that may become the file.
 *
 * @param outcomes of every layer
 * @param model the file's content
 * @param bytes its length in the form asked for
 */
record Candidate(Map<Node.Convolution, LayerOutcome> outcomes, PqModel model, long bytes) {

  /** The network of these layers. */
  static Candidate of(Preparation preparation, Map<Node.Convolution, LayerOutcome> outcomes, Storage storage)
      throws PqFormatException {
    Map<Node.Convolution, Weights> weights = new HashMap<>();
    outcomes.forEach(
        (conv, outcome) ->
            weights.put(
                conv,
                WeightPacker.pack(
                    conv,
                    outcome.layer().rounded(),
                    outcome.layer().rounded().scales(),
                    outcome.layer().biases())));
    PqModel model = preparation.model(weights);
    return new Candidate(Map.copyOf(outcomes), model, PqWriter.fileBytes(model, storage));
  }
}
