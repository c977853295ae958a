package org.ptilmpq.quantizer;

import java.io.IOException;

/** ONNX in, {@code .pq} out. */
public final class Quantizer {

  private Quantizer() {}

  /**
   * Quantizes a model and writes the file.
   *
   * @throws QuantizationException when the model, the pictures, the labels or the budget don't allow it
   * @throws IOException when a file can't be read or written
   */
  public static QuantizationResult quantize(QuantizerOptions options, Progress progress)
      throws IOException, QuantizationException {
    throw new QuantizationException("not there yet");
  }
}
