package org.ptilmpq.quantizer;

import java.io.IOException;

/**
 * ONNX in, {@code .pq} out: calibrate, learn what matters, share the bits out, round layer by layer, match each layer's
 * outputs to the float network's, write. The same options on the same files give the same bytes, whatever the number of
 * threads.
 */
public final class Quantizer {

  private Quantizer() {}

  /**
   * Quantizes a model and writes the file.
   *
   * @throws QuantizationException when the model, the pictures, the labels or the target don't allow it
   * @throws IOException when a file can't be read or written; {@link org.ptilmpq.quantizer.onnx.OnnxException} for a
   *     model that is broken or not supported
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public static QuantizationResult quantize(QuantizerOptions options, Progress progress)
      throws IOException, QuantizationException {
    try (PreparedModel model = new PreparedModel(options, progress)) {
      return model.make(options.method(), options.output());
    }
  }
}
