package org.ptilmpq.quantizer.prepare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Passes;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.onnx.OnnxReader;
import org.ptilmpq.quantizer.options.QuantizationException;

/** Reads an ONNX model for quantization or comparison: imported, folded and fused, and checked. */
public final class FloatModel {

  private FloatModel() {}

  /**
   * Reads the graph of a model.
   *
   * @param side height and width of the input where the model leaves them open; 0 when not given
   * @throws QuantizationException when the model has another input size, or weights that aren't finite
   */
  public static FloatGraph read(Path model, int side) throws IOException, QuantizationException {
    FloatGraph graph =
        Passes.simplify(OnnxReader.read(model, side == 0 ? OptionalInt.empty() : OptionalInt.of(side)));
    Shape input = graph.input().shape();
    if (side != 0 && (input.height() != side || input.width() != side)) {
      throw new QuantizationException(
          "the model takes pictures of " + input.height() + "×" + input.width() + " pixels; a crop of " + side
              + " doesn't fit it");
    }
    for (Node.Convolution conv : graph.convolutions()) {
      checkFinite(conv, conv.kernel().values(), "weight");
      checkFinite(conv, conv.bias(), "bias");
    }
    return graph;
  }

  private static void checkFinite(Node.Convolution conv, float[] values, String what) throws QuantizationException {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new QuantizationException(
            "layer '" + conv.name() + "' has the " + what + " " + values[i] + " (number " + i
                + " after folding); a model with such values can't be quantized");
      }
    }
  }
}
